import { type Finding, type LintResult, reaches } from '../lint/finding.js';
import { positionAt } from '../text/source.js';
import type { RenderOptions } from './options.js';
import { inReadingOrder, placeName } from './order.js';
import { isIncomplete, problemsOf, summaryLine } from './summary.js';
import { circumstances } from './words.js';
import { element, type XmlElement, xmlDocument } from './xml.js';

/**
 * JUnit's XML as CI servers read it: a suite for each file with findings, in which a finding that fails the run is a
 * failed test and any other a passed one, and a suite for the run itself, which is in error where it is incomplete.
 */
export function renderJunit(result: LintResult, options: RenderOptions): string {
  const byFile = new Map<string, Finding[]>();
  for (const finding of inReadingOrder(result.findings)) {
    const { path } = finding.span.source;
    const known = byFile.get(path);
    if (known) known.push(finding);
    else byFile.set(path, [finding]);
  }
  const suites = [...byFile].map(([path, findings]) => fileSuite(path, findings, options));
  return xmlDocument(totalled('testsuites', 'hardfail', [...suites, runSuite(result, options)]));
}

function fileSuite(path: string, findings: readonly Finding[], options: RenderOptions): XmlElement {
  const cases = findings.map((finding) => {
    const { rule, severity, span, message, help } = finding;
    const { line, column } = positionAt(span.source, span.start);
    const attributes = { classname: path, name: `${rule} ${line}:${column}`, file: path, line };
    const text = [`${placeName(span)}: ${message}`, circumstances(finding), help].filter(Boolean).join('\n');
    const fails = reaches(severity, options.failOn);
    const body = fails
      ? element('failure', { type: severity, message }, [text])
      : element('system-out', {}, [text]);
    return element('testcase', attributes, [body]);
  });
  return totalled('testsuite', path, cases);
}

function runSuite(result: LintResult, options: RenderOptions): XmlElement {
  const problems = problemsOf(result);
  const text = problems
    .map(({ file, span, message }) => `${span ? placeName(span) : file}: ${message}`)
    .join('\n');
  const summary = summaryLine(result, options.failOn);
  const body = isIncomplete(result)
    ? element('error', { type: 'incomplete', message: summary }, [text])
    : element('system-out', {}, [summary]);
  const attributes = { classname: 'hardfail', name: 'the run is complete' };
  return totalled('testsuite', 'hardfail', [element('testcase', attributes, [body])]);
}

/** An element with the counts that readers of the format want: of the tests in it, and how they ended. */
function totalled(name: string, title: string, children: readonly XmlElement[]): XmlElement {
  const counts = {
    tests: count(children, 'testcase'),
    failures: count(children, 'failure'),
    errors: count(children, 'error'),
    skipped: 0,
  };
  return element(name, { name: title, ...counts }, children);
}

function count(elements: XmlElement['children'], name: string): number {
  let sum = 0;
  for (const one of elements) {
    if (typeof one === 'string') continue;
    sum += (one.name === name ? 1 : 0) + count(one.children, name);
  }
  return sum;
}
