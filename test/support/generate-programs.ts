import { environment, in1, type Jobs, type Script, type Shape, step } from './generate-shape.js';

// Guards in programs that are no shell scripts: called ones, and those that stand in the workflow.

export const programs = {
  'called-python': (s: Shape) => called(s, 'python3', 'ci/deploy.py', python(s)),
  'inline-python': (s: Shape) => inline(s, 'python', python(s)),
  'python-without-check': (s: Shape) => inline(s, 'python', pythonWork(s)),
  'called-node': (s: Shape) => called(s, 'node', 'ci/deploy.mjs', node(s)),
  'called-node-branch': (s: Shape) => called(s, 'node', 'ci/deploy.mjs', nodeBranch(s)),
  'github-script': (s: Shape) => githubScript(s, githubScriptBody(s)),
  'github-script-branch': (s: Shape) => githubScript(s, githubScriptBranch(s)),
  'called-powershell': (s: Shape) => called(s, 'pwsh', 'ci/deploy.ps1', powershell(s)),
  'inline-powershell': (s: Shape) => inline(s, 'pwsh', powershell(s)),
  'powershell-branch': (s: Shape) => inline(s, 'pwsh', powershellBranch(s)),
};

/** Those that nothing here can run. */
export const unrunnable: readonly string[] = ['called-powershell', 'inline-powershell', 'powershell-branch'];

function called(s: Shape, program: string, path: string, text: Script): Jobs {
  return {
    steps: [['uses: actions/checkout@v4'], step({ ...s, strict: false }, 'Deploy', [`${program} ${path}`])],
    files: { [path]: [...text, ''].join('\n') },
  };
}

function inline(s: Shape, shell: string, text: Script): Jobs {
  return { steps: [step({ ...s, strict: false, style: block(s) }, 'Deploy', text, [`shell: ${shell}`])] };
}

/** These languages have lines. */
function block({ style }: Shape): Shape['style'] {
  return style === 'literal-strip' ? 'literal-strip' : 'literal';
}

function githubScript(s: Shape, text: Script): Jobs {
  const env = s.where === 'step' ? ['env:', ...environment(s).map(in1)] : [];
  return {
    steps: [
      [
        'name: Deploy',
        'uses: actions/github-script@v7',
        ...env,
        'with:',
        `  script: ${block(s) === 'literal' ? '|' : '|-'}`,
        ...text.map((line) => (line === '' ? '' : `    ${line}`)),
      ],
    ],
  };
}

/** A program that leaves for want of its secrets: at its top, or in a function. */
function python({ secrets, strict, says, comments }: Shape): Script {
  const read = secrets.map((name) => `${name.toLowerCase()} = os.environ.get("${name}", "")`);
  const missing = secrets.map((name) => `not ${name.toLowerCase()}`).join(' or ');
  const said = says ? [`    print("::warning::${secrets[0]} is not there, nothing is deployed")`] : [];
  const words = ['"deploy"', ...secrets.map((name) => name.toLowerCase())].join(', ');
  const body = [
    ...read,
    ...(comments ? ['# The key is needed for this.'] : []),
    `if ${missing}:`,
    ...said,
    strict ? '    return' : '    sys.exit(0)',
    `subprocess.run([${words}], check=True)`,
  ];
  const main = strict ? ['def main():', ...body.map((line) => `    ${line}`), '', '', 'main()'] : body;
  return ['import os', 'import subprocess', 'import sys', '', '', ...main];
}

/** A program that does not look at how its work ends. */
function pythonWork({ secrets }: Shape): Script {
  const words = ['"deploy"', ...secrets.map((name) => `os.environ["${name}"]`)].join(', ');
  return ['import os', 'import subprocess', '', `subprocess.run([${words}])`, 'print("done")'];
}

const variable = (name: string) =>
  name.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

function nodeRead({ secrets, says }: Shape): Script {
  return secrets.map((name) => `const ${variable(name)} = process.env.${name}${says ? " ?? ''" : ''};`);
}

function nodeWork({ secrets }: Shape): string {
  return `execFileSync('deploy', [${secrets.map(variable).join(', ')}]);`;
}

function node(s: Shape): Script {
  const { secrets, strict, comments } = s;
  const missing = secrets.map((name) => `!${variable(name)}`).join(' || ');
  const said = s.says ? [`  console.log('::warning::${secrets[0]} is not there, nothing is deployed');`] : [];
  const body = [
    ...nodeRead(s),
    ...(comments ? ['// The key is needed for this.'] : []),
    `if (${missing}) {`,
    ...said,
    strict ? '  return;' : '  process.exit(0);',
    '}',
    nodeWork(s),
  ];
  const main = strict ? ['function main() {', ...body.map(in1), '}', '', 'main();'] : body;
  return ["import { execFileSync } from 'node:child_process';", '', ...main];
}

function nodeBranch(s: Shape): Script {
  const there = s.secrets.map(variable).join(' && ');
  return [
    "import { execFileSync } from 'node:child_process';",
    '',
    ...nodeRead(s),
    `if (${there}) {`,
    `  ${nodeWork(s)}`,
    '}',
  ];
}

function githubScriptBody(s: Shape): Script {
  const missing = s.secrets.map((name) => `!${variable(name)}`).join(' || ');
  const said = s.says ? [`  core.warning('${s.secrets[0]} is not there, nothing is deployed');`] : [];
  return [
    "const { execFileSync } = require('node:child_process');",
    ...nodeRead(s),
    ...(s.comments ? ['// The key is needed for this.'] : []),
    `if (${missing}) {`,
    ...said,
    '  return;',
    '}',
    nodeWork(s),
  ];
}

function githubScriptBranch(s: Shape): Script {
  const there = s.secrets.map((name) => `process.env.${name}`).join(' && ');
  return [
    "const { execFileSync } = require('node:child_process');",
    `if (${there}) {`,
    `  execFileSync('deploy', [${s.secrets.map((name) => `process.env.${name}`).join(', ')}]);`,
    '}',
  ];
}

function powershell({ secrets, strict, says, comments }: Shape): Script {
  const missing = secrets.map((name) =>
    strict ? `-not $env:${name}` : `[string]::IsNullOrEmpty($env:${name})`,
  );
  const said = says ? [`  Write-Host "::warning::${secrets[0]} is not there, nothing is deployed"`] : [];
  return [
    ...(comments ? ['# The key is needed for this.'] : []),
    `if (${missing.join(' -or ')}) {`,
    ...said,
    '  exit 0',
    '}',
    powershellWork(secrets),
  ];
}

function powershellBranch({ secrets }: Shape): Script {
  return [
    `if (${secrets.map((name) => `$env:${name}`).join(' -and ')}) {`,
    `  ${powershellWork(secrets)}`,
    '}',
  ];
}

function powershellWork(secrets: readonly string[]): string {
  return `deploy ${secrets.map((name) => `$env:${name}`).join(' ')}`;
}
