# Prints each of the command lines $2… after bash has inserted all that it offers there, having read the completion
# script $1, then a line `==`. A real interactive bash is run on a pseudo-terminal, which zsh provides.
zmodload zsh/zpty
zpty inner env TERM=dumb bash --norc --noprofile -i
say() { zpty -w inner "$1"; }
say "PS1=; bind 'set enable-bracketed-paste off'; stty -echo; source $1"
say 'finish() { printf "LINE:%s\nEND""NOW\n" "$READLINE_LINE"; READLINE_LINE=; READLINE_POINT=0; }'
say 'bind -x "\"\\C-x\": finish"; bind "\"\\t\": insert-completions"; echo READY""NOW'
zpty -r inner seen '*READYNOW*'
for line in "${@:2}"; do
  zpty -w -n inner "$line"$'\t\x18'
  zpty -r inner seen '*ENDNOW*'
  print -r -- "$seen" | tr -d '\r' | sed -n 's/.*LINE://p'
  print "=="
done
zpty -d inner
