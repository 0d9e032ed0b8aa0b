import { type Finding, isIncomplete, type LintResult, reaches } from '../lint/finding.js';
import { positionAt } from '../text/source.js';
import type { RenderOptions } from './options.js';
import { inReadingOrder, placeName } from './order.js';
import { problemsOf, summaryLine } from './summary.js';
import { acceptance, circumstances, shownSuppressed } from './words.js';
import { element, type XmlElement, xmlDocument } from './xml.js';

/**
 * JUnit's XML as CI servers read it: a suite for each file with findings, in which a finding that fails the run is a
 * failed test and any other a passed one, and a suite for the run itself, which is in error where it is incomplete. It
 * holds only what the schema of Jenkins (junit-10.xsd) knows.
 */
export function renderJunit(result: LintResult, options: RenderOptions): string {
  const byFile = new Map<string, XmlElement[]>();
  const add = (finding: Finding, body: XmlElement): void => {
    const { path } = finding.span.source;
    const test = testCase(finding, body);
    const known = byFile.get(path);
    if (known) known.push(test);
    else byFile.set(path, [test]);
  };
  for (const finding of inReadingOrder(result.findings)) add(finding, verdict(finding, options));
  for (const accepted of shownSuppressed(result, options)) {
    add(accepted.finding, element('skipped', { message: acceptance(accepted) }));
  }
  const suites = [...byFile].map(([path, cases]) => suite({ name: path, file: path }, cases));
  return xmlDocument(totalled('testsuites', { name: 'hardfail' }, [...suites, runSuite(result, options)]));
}

function testCase({ rule, span }: Finding, body: XmlElement): XmlElement {
  const { path } = span.source;
  const { line, column } = positionAt(span.source, span.start);
  return element('testcase', { classname: path, name: `${rule} ${line}:${column}` }, [body]);
}

function verdict(finding: Finding, { failOn }: RenderOptions): XmlElement {
  const { severity, span, message, help } = finding;
  const text = [`${placeName(span)}: ${message}`, circumstances(finding), help].filter(Boolean).join('\n');
  if (!reaches(severity, failOn)) return element('system-out', {}, [text]);
  return element('failure', { type: severity, message }, [text]);
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
  return suite({ name: 'hardfail' }, [element('testcase', attributes, [body])]);
}

/** An element with the counts that readers of the format want: of the tests in it, and how they ended. */
function totalled(
  name: string,
  attributes: XmlElement['attributes'],
  children: readonly XmlElement[],
): XmlElement {
  const counts = {
    tests: count(children, 'testcase'),
    failures: count(children, 'failure'),
    errors: count(children, 'error'),
  };
  return element(name, { ...attributes, ...counts }, children);
}

function suite(attributes: XmlElement['attributes'], cases: readonly XmlElement[]): XmlElement {
  return totalled('testsuite', { ...attributes, skipped: count(cases, 'skipped') }, cases);
}

function count(elements: XmlElement['children'], name: string): number {
  let sum = 0;
  for (const one of elements) {
    if (typeof one === 'string') continue;
    sum += (one.name === name ? 1 : 0) + count(one.children, name);
  }
  return sum;
}
