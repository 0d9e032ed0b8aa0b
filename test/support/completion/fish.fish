# Prints what fish offers for each of the command lines $argv[2…] after it has read the completion script $argv[1]: the
# words with their descriptions line by line, then a line `==`.
source $argv[1]
for line in $argv[2..-1]
  complete -C $line
  echo ==
end
