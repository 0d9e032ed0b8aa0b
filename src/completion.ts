import { type Shell, shells } from './command.js';
import { commands, everyFormat, type Flag, flags, type Usage } from './flags.js';

/** A script that teaches the shell to complete hardfail's command line; `rules` are the ids to offer. */
export function completionScript(shell: Shell, rules: readonly string[]): string {
  switch (shell) {
    case 'bash':
      return bashScript(rules);
    case 'zsh':
      return zshScript(rules);
    case 'fish':
      return fishScript(rules);
  }
}

const subcommands = commands.filter(({ name }) => name !== 'lint');
const outputStarts = everyFormat.map((name) => `${name}=`);

/** What a value may be; null where it is the name of a file. */
function choicesOf(flag: Flag, rules: readonly string[]): readonly string[] | null {
  if (flag.choices) return flag.choices;
  return flag.completes === 'rule' ? rules : null;
}

/** What the argument of a command may be, besides a path where it takes those; null where it takes none. */
function argumentsOf({ completes }: Usage, rules: readonly string[]): readonly string[] | null {
  if (completes === 'directory') return ['merge'];
  if (completes === 'rule') return rules;
  if (completes === 'baseline') return ['write', 'prune'];
  return completes === 'shell' ? shells : null;
}

// --- bash -------------------------------------------------------------------------------------------------

/** Runs in bash 3.2 too, which macOS brings along: no mapfile, no negative indices, and compopt may be missing. */
function bashScript(rules: readonly string[]): string {
  const valued = flags.filter((flag) => flag.value !== null);
  const values = valued.map((flag) => {
    if (flag.completes === 'output') {
      return `    --${flag.name}) if [[ $value == *=* ]]; then files=1; else choices='${outputStarts.join(' ')}'; glued=1; fi ;;`;
    }
    const choices = choicesOf(flag, rules);
    return `    --${flag.name}) ${choices ? `choices='${choices.join(' ')}'` : 'files=1'} ;;`;
  });
  const flagsOf = commands.map(({ name }) => {
    const own = flags.filter((flag) => flag.commands.includes(name)).map((flag) => `--${flag.name}`);
    return `        ${name}) choices='${own.join(' ')}' ;;`;
  });
  const operands = subcommands.map((command) => {
    const choices = argumentsOf(command, rules);
    const files = command.completes === 'directory' ? ' files=1' : '';
    const nothing = command.completes === 'file' ? 'files=1' : 'choices=" "';
    return `        ${command.name}) ${choices ? `choices='${choices.join(' ')}'${files}` : nothing} ;;`;
  });
  return `# Completes hardfail in bash: source <(hardfail completion bash)
_hardfail() {
  local words word previous= flag= value= command= choices= files= glued= i
  words=()
  # Readline takes --format=json apart at the equals sign.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    word=\${COMP_WORDS[i]}
    if ((\${#words[@]} > 0)) && [[ $word == = || $previous == = ]]; then
      words[\${#words[@]} - 1]+=$word
    else
      words+=("$word")
    fi
    previous=$word
  done
  local last=$((\${#words[@]} - 1))
  local current=\${words[last]}
  previous=
  for ((i = 0; i < last; i++)); do
    word=\${words[i]}
    case $previous in
    ${valued.map((flag) => `--${flag.name}`).join(' | ')}) previous= ;;
    *)
      [[ -n $command || $word == -* ]] || command=$word
      previous=$word
      ;;
    esac
  done
  case $command in ${subcommands.map(({ name }) => name).join(' | ')}) ;; '') ;; *) command=lint ;; esac
  if [[ $current == --*=* ]]; then
    flag=\${current%%=*} value=\${current#*=}
  else
    flag=$previous value=$current
  fi
  case $flag in
${values.join('\n')}
    *)
      value=$current
      case $current in
      -*)
        case \${command:-lint} in
${flagsOf.join('\n')}
        esac
        ;;
      *)
        case $command in
        '') choices='${subcommands.map(({ name }) => name).join(' ')}' files=1 ;;
        lint) files=1 ;;
${operands.join('\n')}
        esac
        ;;
      esac
      ;;
  esac
  # What readline replaces is the part after the equals sign.
  COMPREPLY=()
  [[ -z $choices ]] || COMPREPLY=($(compgen -W "$choices" -- "$value"))
  [[ -n $files ]] || compopt +o default 2>/dev/null
  [[ -z $glued ]] || compopt -o nospace 2>/dev/null
  if [[ -n $files && \${#COMPREPLY[@]} -gt 0 ]]; then
    local IFS=$'\\n'
    COMPREPLY+=($(compgen -f -- "$value"))
    compopt -o filenames 2>/dev/null
  fi
  return 0
}
complete -o default -F _hardfail hardfail
`;
}

// --- zsh --------------------------------------------------------------------------------------------------

function zshScript(rules: readonly string[]): string {
  const specs = flags.map((flag) => {
    const names = [`--${flag.name}`, ...(flag.short ? [`-${flag.short}`] : [])];
    const opposites = flags.filter(
      ({ name, contradicts }) => contradicts?.includes(flag.name) || flag.contradicts?.includes(name),
    );
    const excluded = [...names, ...opposites.map(({ name }) => `--${name}`)];
    const group = flag.repeatable ? '*' : `(${excluded.join(' ')})`;
    const value = flag.value === null ? '' : `:${zshText(flag.value)}:${zshValue(flag, rules)}`;
    const assign = flag.value === null ? '' : '=';
    return names
      .map((name) => `    ${quoted(`${group}${name}${assign}[${zshText(flag.help)}]${value}`)} \\`)
      .join('\n');
  });
  const described = subcommands.map(({ name, help }) => quoted(`${name}:${help}`)).join(' ');
  const operands = subcommands.map((command) => {
    const choices = argumentsOf(command, rules);
    const files = command.completes === 'directory' ? '; _files' : '';
    const nothing = command.completes === 'file' ? '_files' : '_message "no argument"';
    return `      ${command.name}) ${choices ? `compadd -- ${choices.join(' ')}${files}` : nothing} ;;`;
  });
  return `#compdef hardfail
# Completes hardfail in zsh: source <(hardfail completion zsh), or save it as _hardfail in a folder of $fpath.
_hardfail_output() {
  if compset -P '*='; then _files; else compadd -S = -- ${everyFormat.join(' ')}; fi
}
_hardfail() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  _arguments -C \\
${specs.join('\n')}
    '1: :->first' '*: :->rest' && return
  case $state in
  first)
    local -a subcommands
    subcommands=(${described})
    _describe command subcommands
    _files
    ;;
  rest)
    case $line[1] in
${operands.join('\n')}
      *) _files ;;
    esac
    ;;
  esac
}
if [[ $funcstack[1] == _hardfail ]]; then _hardfail "$@"; else compdef _hardfail hardfail; fi
`;
}

function zshValue(flag: Flag, rules: readonly string[]): string {
  if (flag.completes === 'output') return '_hardfail_output';
  const choices = choicesOf(flag, rules);
  return choices ? `(${choices.join(' ')})` : '_files';
}

/** Text in a spec of `_arguments`, where brackets and colons are marks. */
function zshText(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

// --- fish -------------------------------------------------------------------------------------------------

function fishScript(rules: readonly string[]): string {
  const names = subcommands.map(({ name }) => name);
  const lines = subcommands.map(
    ({ name, help }) => `complete -c hardfail -n __fish_use_subcommand -a ${name} -d ${fishQuoted(help)}`,
  );
  for (const command of subcommands) {
    const choices = argumentsOf(command, rules);
    const takesFiles = command.completes === 'file';
    const offered = choices ? ` -a ${fishQuoted(choices.join(' '))}` : '';
    const noFiles = command.completes === 'directory' ? '' : takesFiles ? ' -F' : ' -f';
    lines.push(`complete -c hardfail -n '__fish_seen_subcommand_from ${command.name}'${noFiles}${offered}`);
  }
  for (const flag of flags) {
    const others = names.filter((name) => !flag.commands.some((known) => known === name));
    const where = others.length === 0 ? '' : ` -n 'not __fish_seen_subcommand_from ${others.join(' ')}'`;
    const short = flag.short ? ` -s ${flag.short}` : '';
    lines.push(
      `complete -c hardfail${where} -l ${flag.name}${short}${fishValue(flag, rules)} -d ${fishQuoted(flag.help)}`,
    );
  }
  return `# Completes hardfail in fish: hardfail completion fish | source\n${lines.join('\n')}\n`;
}

function fishValue(flag: Flag, rules: readonly string[]): string {
  if (flag.value === null) return '';
  if (flag.completes === 'output') return ` -r -a ${fishQuoted(outputStarts.join(' '))}`;
  const choices = choicesOf(flag, rules);
  return choices ? ` -x -a ${fishQuoted(choices.join(' '))}` : ' -r -F';
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishQuoted(text: string): string {
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}
