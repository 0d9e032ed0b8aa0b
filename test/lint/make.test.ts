import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judged, lintWith, place, WORKFLOW, workflow } from '../support/called.js';
import { realMachine } from '../support/machine.js';

const exitsZero = (line: number, file = 'Makefile') => `missing-secret-exits-zero ${file}:${line}`;
const DEPLOY = 'deploy "$$TOKEN"';

describe('what the analysis says of a Makefile is what the real make does', () => {
  /** Files in which `deploy` is the work; the first line is what the step runs. */
  const cases: Readonly<
    Record<string, readonly [run: string, makefile: string, more?: Readonly<Record<string, string>>]>
  > = {
    'a soft guard': ['make d', `d:\n\tif [ -z "$$TOKEN" ]; then exit 0; fi; ${DEPLOY}\n`],
    'a hard guard': ['make d', `d:\n\tif [ -z "$$TOKEN" ]; then exit 1; fi; ${DEPLOY}\n`],
    'a guard on a line of its own leaves only that line': [
      'make d',
      `d:\n\tif [ -z "$$TOKEN" ]; then exit 0; fi\n\t${DEPLOY}\n`,
    ],
    'a test on a line of its own': ['make d', `d:\n\t@test -n "$$TOKEN"\n\t${DEPLOY}\n`],
    'a test whose failure is ignored': ['make d', `d:\n\t-test -n "$$TOKEN" && ${DEPLOY}\n\t@echo done\n`],
    'a prefix that stands in a variable': ['make d', `Q = -@\nd:\n\t$(Q)test -n "$$TOKEN" && ${DEPLOY}\n`],
    'continued lines': [
      'make d',
      `d:\n\tif [ -z "$$TOKEN" ]; then \\\n\t  exit 0; \\\n\tfi; \\\n\t${DEPLOY}\n`,
    ],
    'a variable of make': ['make d', 'd:\n\t[ -n "$(TOKEN)" ] || exit 0; deploy "$(TOKEN)"\n'],
    'a variable of make in single quotes': ['make d', "d:\n\t[ -n '${TOKEN}' ] || exit 0; deploy x\n"],
    'a variable that the file sets': [
      'make d',
      `TOKEN = fixed\nd:\n\t[ -n "$(TOKEN)" ] || exit 0; deploy x\n`,
    ],
    'a variable that the file sets is in the environment': [
      'make d',
      'TOKEN := fixed\nd:\n\t[ -n "$$TOKEN" ] || exit 0; deploy x\n',
    ],
    'a default where it is unset': [
      'unset TOKEN; make d',
      'TOKEN ?= none\nd:\n\t[ -n "$(TOKEN)" ] || exit 0; deploy x\n',
    ],
    'a default is not taken for an empty one': [
      'make d',
      'TOKEN ?= none\nd:\n\t[ -n "$(TOKEN)" ] || exit 0; deploy x\n',
    ],
    'an exported copy': ['make d', 'export COPY = $(TOKEN)\nd:\n\t[ -n "$$COPY" ] || exit 0; deploy x\n'],
    'a copy that is not exported': ['make d', 'COPY = $(TOKEN)\nd:\n\t[ -n "$$COPY" ] || exit 0; deploy x\n'],
    'everything exported': ['make d', 'export\nCOPY = $(TOKEN)\nd:\n\t[ -n "$$COPY" ] || exit 0; deploy x\n'],
    'a variable of the command line': [
      'make d KEY="$TOKEN"',
      'KEY = default\nd:\n\t[ -n "$(KEY)" ] || exit 0; deploy x\n',
    ],
    'one of the command line is exported': [
      'make d KEY="$TOKEN"',
      'd:\n\t[ -n "$$KEY" ] || exit 0; deploy x\n',
    ],
    'a copy that takes all of it': [
      'make d',
      'A = $(B)\nB = $(TOKEN)\nd:\n\t[ -n "$(A)" ] || exit 0; deploy x\n',
    ],
    'a copy made at once': ['make d', 'A := $(B)\nB = $(TOKEN)\nd:\n\t[ -n "$(A)" ] || exit 0; deploy x\n'],
    'something added': ['make d', 'A = x\nA += $(TOKEN)\nd:\n\t[ -n "$(A)" ] || exit 0; deploy x\n'],
    'prerequisites run first': [
      'make d',
      `.PHONY: d check\nd: check\n\t[ -n "$$TOKEN" ] || exit 0; deploy x\ncheck:\n\ttest -n "$$TOKEN"\n`,
    ],
    'a prerequisite that is soft': ['make d', `d: check\n\tdeploy x\ncheck:\n\t[ -n "$$TOKEN" ] || exit 0\n`],
    'a prerequisite that does the work': [
      'make all',
      `all: d\nd:\n\t[ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'the first target': ['make', `.PHONY: d\nd:\n\t[ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\nother:\n\tfalse\n`],
    'several targets': [
      'make check d',
      `check:\n\ttest -n "$$TOKEN"\nd:\n\t[ -n "$$TOKEN" ] || exit 0; deploy x\n`,
    ],
    'bash with flags': [
      'make d',
      `SHELL := /bin/bash\n.SHELLFLAGS := -euo pipefail -c\nd:\n\ttest -n "$$TOKEN" | cat; deploy x\n`,
    ],
    'sh without flags': ['make d', `d:\n\t[ -n "$$TOKEN" ] || exit 0 | cat; deploy x\n`],
    'one shell': ['make d', `.ONESHELL:\nd:\n\tif [ -z "$$TOKEN" ]; then\n\t  exit 0\n\tfi\n\t${DEPLOY}\n`],
    'one shell without -e': ['make d', `.ONESHELL:\nd:\n\ttest -n "$$TOKEN"\n\techo done\n`],
    'a Makefile elsewhere': [
      'make -C sub d',
      '',
      { 'sub/Makefile': `d:\n\t[ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n` },
    ],
    'a Makefile of another name': [
      'make -f build.mk d',
      'd:\n\tfalse\n',
      { 'build.mk': `d:\n\t[ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n` },
    ],
    'a make that calls make': [
      'make d',
      'd:\n\t$(MAKE) -C sub e\n',
      { 'sub/Makefile': `e:\n\t[ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n` },
    ],
    'a make whose make fails': [
      'make d',
      'd:\n\t@$(MAKE) e || true\n',
      { GNUmakefile: `d:\n\t@$(MAKE) e; true\ne:\n\ttest -n "$$TOKEN" && deploy x\n` },
    ],
    'a shell script of the recipe': [
      'make d',
      'd:\n\t./d.sh\n',
      { 'd.sh': `#!/bin/sh\n[ -n "$TOKEN" ] || exit 0\ndeploy x\n` },
    ],
    'ignored errors': ['make -i d', `d:\n\ttest -n "$$TOKEN" && ${DEPLOY}\n`],
    'a later rule adds prerequisites': ['make d', `d:\n\t${DEPLOY}; true\nd: c\nc:\n\ttest -n "$$TOKEN"\n`],
    'a recipe beside its target': ['make d', `d: ; [ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`],
    'a target whose recipe only depends on a file': [
      'make d',
      `d: Makefile\n\t[ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'names of make': [
      'make d',
      `d: c\n\t[ "$@" = d ] && [ "$<" = c ] && [ -z "$$TOKEN" ] && exit 0; deploy x\nc:\n`,
    ],
    'a comment': [
      'make d',
      `d: # [ -n x ]\n\t# nothing\n\t[ -n "$$TOKEN" ] || exit 0; ${DEPLOY} # $(TOKEN)\n`,
    ],
    'sh -e by .POSIX': ['make d', `.POSIX:\nd:\n\ttest -n "$$TOKEN"; deploy x\n`],
    'sh without -e': ['make d', `d:\n\ttest -n "$$TOKEN"; deploy x\n`],
    'a goal that the file names': [
      'make',
      `.DEFAULT_GOAL := d\nother:\n\ttrue\nd:\n\t[ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'a target with a dot is no goal': [
      'make',
      `.hidden:\n\ttrue\nd:\n\t[ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'everything exported by a target': [
      'make d',
      '.EXPORT_ALL_VARIABLES:\nCOPY = $(TOKEN)\nd:\n\t[ -n "$$COPY" ] || exit 0; deploy x\n',
    ],
    'several exported by name': [
      'make d',
      'COPY = $(TOKEN)\nB = x\nexport B COPY\nd:\n\t[ -n "$$COPY" ] || exit 0; deploy x\n',
    ],
    'something added at once': [
      'make d',
      'A := $(TOKEN)\nA += $(B)\nB = late\nd:\n\t[ -n "$(A)" ] || exit 0; deploy x\n',
    ],
    'something added at once to a text': [
      'make d',
      'A := x\nA += $(TOKEN)\nd:\n\t[ -n "$(A)" ] || exit 0; deploy x\n',
    ],
    'something added to nothing': ['make d', 'A =\nA += $(TOKEN)\nd:\n\t[ -n "$(A)" ] || exit 0; deploy x\n'],
    'nothing added': ['make d', 'A = $(TOKEN)\nA +=\nd:\n\t[ -n "$(A)" ] || exit 0; deploy x\n'],
    'two that may be empty together': [
      'make d',
      'A = $(TOKEN)\nA += $(NONE)\nd:\n\t[ -n "$(A)" ] || exit 0; deploy x\n',
    ],
    'words that are added are words': [
      'make d',
      `A := a\nA += b\nd:\n\tset -- $(A); [ $$# = 2 ] && [ -z "$$TOKEN" ] && exit 0; deploy x\n`,
    ],
    'what a command prints that asks for nothing': [
      'make d',
      `V != echo 1\nd:\n\techo $(V); [ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'a condition on what the file says': [
      'make d',
      `A = a\nifeq ($(A),a)\nX = 1\nendif\nd:\n\techo $(X); [ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'a condition on the system': [
      'make d',
      `ifeq ($(OS),Windows_NT)\nX = 1\nendif\nifdef X\nY = 1\nendif\nd:\n\techo $(Y); [ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'a condition on a tool of make': [
      'make d',
      `ifeq ($(CC),gcc)\nX = 1\nendif\nd:\n\techo $(X); [ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'a condition on what a command prints': [
      'make d',
      `A = $(shell echo a)\nifeq ($(A),a)\nX = 1\nendif\nd:\n\techo $(X); [ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'prerequisites that are files': [
      'make d',
      `d: $(wildcard *.none)\n\t[ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'a command that make knows': ['make d', `d:\n\t$(RM) x; [ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`],
    'a line with nothing but a prefix': [
      'make d',
      `d:\n\t@\n\t@-\n\t[ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'a prefix before a variable': ['make d RUN=false', `d:\n\t-$(RUN)\n\t@$(RUN) && ${DEPLOY}; true\n`],
    'a folder of the target': ['make sub/d', `sub/d:\n\techo $(@D); [ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`],
    'a text of a function on what the file says': [
      'make d',
      `A = a\nd:\n\techo $(subst a,b,$(A)); [ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'bash by its name alone': ['make d', `SHELL = bash\nd:\n\t[[ -n $$TOKEN ]] || exit 0; ${DEPLOY}\n`],
    'a target that prints': ['X=$(make -s d); [ -n "$X" ] || exit 0; deploy x', `d:\n\t@echo "$$TOKEN"\n`],
    'an unknown text of no weight': [
      'make d',
      `V = $(shell echo 1)\nd:\n\techo "$(V) $(CURDIR)"; [ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`,
    ],
    'the first of two defaults, which takes the secret': [
      'make d',
      'A ?= $(TOKEN)\nA ?= x\nd:\n\t[ -n "$(A)" ] || exit 0; deploy x\n',
    ],
    'the first of two defaults, which does not': [
      'make d',
      'A ?= x\nA ?= $(TOKEN)\nd:\n\t[ -n "$(A)" ] || exit 0; deploy x\n',
    ],
    'a default after a value': ['make d', 'A = x\nA ?= $(TOKEN)\nd:\n\t[ -n "$(A)" ] || exit 0; deploy x\n'],
    'nothing added to something': ['make d', 'A = $(TOKEN)\nA +=\nd:\n\t[ -n "$(A)" ] || exit 0; deploy x\n'],
    'what make itself sets': [
      'make d',
      'd:\n\t[ -z "$(CURDIR)" ] || [ -z "$(MAKE_VERSION)" ] || [ -n "$$TOKEN" ] || exit 0; deploy x\n',
    ],
    'what is called nearly as that': [
      'make d',
      'd:\n\t[ -n "$(XCURDIR)$(CURDIRS)$(MY_MAKE)" ] && [ -z "$$TOKEN" ] && exit 0; deploy x\n',
    ],
    'a variable of one letter': ['make d', 'A = $(TOKEN)\nd:\n\t[ -n "$A" ] || exit 0; deploy x\n'],
    'a letter after it': ['make d', 'A = $(TOKEN)\nd:\n\t[ "$AB" != B ] || exit 0; deploy x\n'],
    'more than one target': ['make e', 'd e:\n\t[ "$@" = e ] && [ -z "$$TOKEN" ] && exit 0; deploy x\n'],
    'targets in a variable': [
      'make e',
      'T = d  e\n$(T):\n\t[ "$@" = e ] && [ -z "$$TOKEN" ] && exit 0; deploy x\n',
    ],
    'every prerequisite once': [
      'make d',
      'd: a b a\n\t[ "$^" = "a b" ] && [ -z "$$TOKEN" ] && exit 0; deploy x\na b:\n\t@:\n',
    ],
    'every prerequisite as often as it stands there': [
      'make d',
      'd: a b a\n\t[ "$+" = "a b a" ] && [ -z "$$TOKEN" ] && exit 0; deploy x\na b:\n\t@:\n',
    ],
    'a prerequisite that only comes first': [
      'make d',
      'd: a | b\n\t[ "$^" = a ] && [ -z "$$TOKEN" ] && exit 0; deploy x\na b:\n\t@:\n',
    ],
    'no prerequisite': ['make d', 'd:\n\t[ -z "$<$^$+" ] && [ -z "$$TOKEN" ] && exit 0; deploy x\n'],
    'a dollar that is none of make': [
      'make d',
      'd:\n\tn=$$#; [ "$$n" = 0 ] && [ -z "$$TOKEN" ] && exit 0; deploy x\n',
    ],
    'one shell for all lines, the second of which is silent': [
      'make d',
      '.ONESHELL:\nd:\n\t@if [ -z "$$TOKEN" ]; then\n\texit 0\n\tfi\n\tdeploy x\n',
    ],
  };

  const machine = realMachine();
  beforeAll(machine.open);
  afterAll(machine.close);

  it.each(Object.entries(cases))('%s', (_name, [run, makefile, more]) => {
    const files = { Makefile: makefile, ...more };
    const present = machine.run(run, files, 'secret');
    const missing = machine.run(run, files, '');
    const failsOpen = present.done && missing.green && !missing.done;
    const said = judged(run, files);
    expect({ run, said: said.length > 0 }).toEqual({ run, said: failsOpen });
    expect(said.filter((line) => line.startsWith('not judged'))).toEqual([]);
  });
});

describe('the finding', () => {
  it('stands in the recipe and is told with the step that calls it', () => {
    const makefile = `all: d\n\nd:\n\t@[ -n "$(TOKEN)" ] \\\n\t  || exit 0; deploy x\n`;
    const { findings } = lintWith({ [WORKFLOW]: workflow('make') }, { Makefile: makefile });
    const [finding, ...rest] = findings.filter(({ severity }) => severity === 'error');
    expect(rest).toEqual([]);
    expect(finding && makefile.slice(finding.span.start, finding.span.end)).toBe('exit 0');
    expect(finding?.witness.map((label) => `${place(label)} ${label.text}`)).toEqual([
      `${WORKFLOW}:9 the secret enters here; missing, it is ''`,
      `${WORKFLOW}:11 the step calls the target 'd' of Makefile here`,
      'Makefile:4 false when it is missing',
      'Makefile:5 the script ends here with status 0',
      'Makefile:5 never reached: deploy',
    ]);
  });

  it('is the `-` where it swallows a failure', () => {
    const makefile = 'd:\n\t@-curl -fsS -H "$(TOKEN)" -X POST https://a.example\n';
    const { findings } = lintWith({ [WORKFLOW]: workflow('make d') }, { Makefile: makefile });
    const masked = findings.filter(({ rule }) => rule === 'missing-secret-masked');
    expect(masked.map(({ span }) => [span.start, makefile.slice(span.start, span.end)])).toEqual([[5, '-']]);
  });
});

describe('a step is not judged where it hands its secret to a Makefile that is not followed', () => {
  const soft = `d:\n\t[ -n "$$TOKEN" ] || exit 0; ${DEPLOY}\n`;
  const forms: readonly [run: string, makefile: string, reason: string][] = [
    ['make e', soft, "Makefile has no target 'e'"],
    ['make e', `include x.mk\n${soft}`, "Makefile uses include: it may have the target 'e'"],
    ['make d', `include x.mk\nd:\n\tdeploy $(TOKEN)\n`, 'reads a variable in a Makefile that uses include'],
    ['make "$(pick)"', soft, 'what make is asked for is computed'],
    ['make -C "$(pick)" d', soft, 'make runs in a directory that is not known'],
    ['make --eval=x d', soft, 'what make does under --eval=x is not modelled'],
    ['make d', 'd:\n\tdeploy $(if $(TOKEN),x,y)\n', "has a target 'd' that uses $(if $(TOKEN),x,y)"],
    [
      'make d',
      'X = $(if $(TOKEN),x,y)\nd:\n\tdeploy $(X)\n',
      "has a target 'd' that uses $(if $(TOKEN),x,y)",
    ],
    ['make d', 'ifdef TOKEN\nX = 1\nendif\nd:\n\tdeploy $(X)\n', "has a target 'd' that uses $(X)"],
    ['make d', `ifdef TOKEN\n${soft}endif\n`, "has a target 'd' that stands in a conditional"],
    ['make d', `d:\nifdef TOKEN\n\tdeploy\nendif\n`, "has a target 'd' that has a conditional in its recipe"],
    ['make d', `d: X = 1\n${soft}`, "has a target 'd' that has variables of its own"],
    ['make d', `%: x\n\t${DEPLOY}\n`, "has a pattern rule '%': it may have the target 'd'"],
    ['make d', `d::\n\t${DEPLOY}\n`, "has a target 'd' that has a double colon"],
    ['make d', 'd:\n\tif then\n', "has a target 'd' that has a recipe that cannot be read: shell syntax"],
    ['make d', `SHELL = /usr/bin/python3\n${soft}`, 'Makefile chooses a shell that is not modelled'],
    ['make d X=1', 'd:\n\t$(MAKE) e\ne:\n\tdeploy\n', 'make is given options by another make'],
    ['make d', soft.replaceAll('\n', '\r\n'), 'Makefile has Windows line ends (CRLF)'],
    ['make -f ../x.mk d', soft, 'the Makefile is outside of the repository'],
    ['make d', `d: ../x\n\t${DEPLOY}\n`, "has no target '../x'"],
    ['make', '\n', 'Makefile has no target'],
    ['make d', `SHELL = /usr/bin/env python3\n${soft}`, 'Makefile chooses a shell that is not modelled'],
    ['make d', `.RECIPEPREFIX = >\nd:\n> ${DEPLOY}\n`, 'uses .RECIPEPREFIX'],
    ['make d', `.IGNORE:\nd:\n\ttest -n "$(TOKEN)"\n`, 'a Makefile that uses .IGNORE'],
    ['make e', `.DEFAULT:\n\ttrue\n${soft}`, "Makefile uses .DEFAULT: it may have the target 'e'"],
    ['make d', `.SECONDEXPANSION:\nd:\n\tdeploy $(TOKEN)\n`, 'a Makefile that uses .SECONDEXPANSION'],
    ['make d', `$(P)_X = 1\nd:\n\tdeploy $(TOKEN)\n`, 'a Makefile that computes the name $(P)_X'],
    ['make d', `$(P): ; true\nd:\n\tdeploy $(TOKEN)\n`, "a Makefile that computes the target '$(P)'"],
    ['make d', 'V != echo $$TOKEN\nd:\n\tdeploy $(V)\n', "has a target 'd' that uses $(V)"],
    ['make d', 'V != echo $$TOKEN\nifdef OS\nV = x\nendif\nd:\n\tdeploy $(V)\n', 'uses $(V)'],
    ['make d', 'V != echo $$TOKEN\nifdef V\nX = x\nendif\nd:\n\tdeploy $(X)\n', 'uses $(X)'],
    ['make d', 'V = $(TOKEN)\nifdef V\nX = 1\nendif\nd:\n\tdeploy $(X)\n', 'uses $(X)'],
    ['make d', 'V = $(if $(TOKEN),a)\nifdef V\nX = 1\nendif\nd:\n\tdeploy $(X)\n', 'uses $(X)'],
    ['make d', 'ifeq (${TOKEN},)\nX = 1\nendif\nd:\n\tdeploy $(X)\n', 'uses $(X)'],
    ['make d', `d: $(TOKEN)\n\t${DEPLOY}\n`, "has a target 'd' that has prerequisites that are computed"],
    ['make d', `d: $(patsubst a,b,$(TOKEN))\n\t${DEPLOY}\n`, 'has prerequisites that are computed'],
    ['make d', 'd:\n\tdeploy $(TOKEN) $\n', "has a target 'd' that uses $()"],
    ['make d', 'd:\n\tdeploy $(TOKEN\n', "has a target 'd' that uses $(()"],
    ['make d', 'd:\n\tdeploy $(shell echo $(TOKEN))\n', 'uses $(shell echo $(TOKEN))'],
    ['make d', 'd:\n\tdeploy $(shell echo $$TOKEN)\n', 'uses $(shell echo $$TOKEN)'],
    ['make d', 'V = $(TOKEN)\nd:\n\tdeploy $(shell echo $(V))\n', 'uses $(shell echo $(V))'],
    ['make d', 'V = $(shell $(V) $(TOKEN))\nd:\n\tdeploy $(V)\n', 'uses $('],
    ['make d', 'd:\n\tdeploy $(TOKEN:a=b)\n', 'uses $(TOKEN:a=b)'],
    ['make -C none d', soft, 'Makefile is not in the repository'],
    ['make Makefile', `Makefile:\n\t${DEPLOY}\n`, "makes 'Makefile', which may be up to date"],
  ];
  it.each(forms)('%s of %j', (run, makefile, reason) => {
    const [only, ...more] = judged(run, { Makefile: makefile });
    expect(only).toContain('not judged: ');
    expect(only).toContain(reason);
    expect(more).toEqual([]);
  });
});

it('a Makefile that no secret reaches is a command like any other', () => {
  expect(judged('TOKEN= make e\nmake -n d\nmake --version', { Makefile: 'd:\n\tdeploy\n' })).toEqual([]);
});

it('targets that need each other come to an end', () => {
  const soft = '[ -n "$$TOKEN" ] || exit 0; deploy x';
  expect(judged('make a', { Makefile: `a: b\n\t${soft}\nb: a\n\ttrue\n` })).toEqual([exitsZero(2)]);
});
