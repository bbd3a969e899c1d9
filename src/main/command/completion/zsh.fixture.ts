/** Has a zsh on a pseudo-terminal complete a line. Arguments: script of the completion, file for what is offered, line, `insideZsh`. */
export const completeInZsh = `
zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z "source \${(q)4} \${(q)1} \${(q)2}"
while [[ ! -e $2.ready ]] { zpty -r -t z > /dev/null; sleep 0.02 }
zpty -w -n z "$3"$'\\x18'
while [[ ! -e $2.done ]] { zpty -r -t z > /dev/null; sleep 0.02 }
zpty -d z
`

/** Ctrl+X completes, and what would be offered is written to the file. Calls of compadd with -O, -A or -D only prepare. */
export const insideZsh = `
autoload -Uz compinit
compinit -D -u
source $1
typeset -g offered=$2
: > $offered
compadd() {
  if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\\ * ]] { builtin compadd "$@"; return $? }
  local -a words
  builtin compadd -A words "$@"
  print -rl -- $words >> $offered
  builtin compadd "$@"
}
capture() { _main_complete; : > $offered.done }
zle -C capture complete-word capture
bindkey '^X' capture
: > $offered.ready
`
