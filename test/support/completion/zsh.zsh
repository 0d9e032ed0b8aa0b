# Prints what zsh offers for each of the command lines $2… after it has read the completion script $1: the words one by
# one, then a line `==`. A real interactive zsh is run on a pseudo-terminal, and each call of compadd is overheard.
zmodload zsh/zpty
zpty inner zsh -f -i
say() { zpty -w inner "$1"; }
say "PROMPT=; unsetopt zle_bracketed_paste; stty -echo"
say "autoload -Uz compinit && compinit -u -D; source $1; shift"
say 'compadd() {
  if [[ ${@[1,(i)(-|--)]} == *-[OAD]* ]]; then builtin compadd "$@"; return; fi
  local -a hits
  builtin compadd -A hits "$@"
  builtin compadd "$@"
  local offered=$? hit
  for hit in $hits; do print -r -- "HIT:$hit"; done
  return offered
}'
say 'finish() { print -r -- END""NOW; BUFFER=; zle reset-prompt }; zle -N finish; bindkey "^X" finish'
say 'bindkey "^I" list-choices; print READY""NOW'
zpty -r inner seen '*READYNOW*'
for line in "${@:2}"; do
  zpty -w -n inner "$line"$'\t\x18'
  zpty -r inner seen '*ENDNOW*'
  print -r -- "$seen" | tr -d '\r' | sed -n 's/.*HIT://p'
  print "=="
done
zpty -d inner
