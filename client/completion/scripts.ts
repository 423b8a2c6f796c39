/** The shells that a script can be made for. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** The hidden command that the scripts ask: `foundry __complete -- <words up to the cursor>`. */
export const COMPLETE_COMMAND = '__complete';

// Written here and not taken from a library: the scripts of those that there are put what was typed through `eval`, so that a command
// substitution in an unfinished line would run when Tab is pressed. These hand words on as they are.

const BASH = `# Completion of foundry for bash. For this shell: eval "$(foundry completion bash)"
_foundry() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("\${line%%$'\\t'*}")
  done < <("\${COMP_WORDS[0]}" ${COMPLETE_COMMAND} -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _foundry foundry`;

const ZSH = `#compdef foundry
# Completion of foundry for zsh. For this shell: eval "$(foundry completion zsh)", after compinit
_foundry() {
  local line
  local -a described
  while IFS= read -r line; do
    described+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}")
  done < <("\${words[1]}" ${COMPLETE_COMMAND} -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#described} )); then _describe foundry described; else _files; fi
}
# A file of fpath is the function itself the first time that it is called.
if [[ \${funcstack[1]:-} == _foundry ]]; then _foundry; else compdef _foundry foundry; fi`;

const FISH = `# Completion of foundry for fish. For this shell: foundry completion fish | source
function __foundry_words
    set -l words (commandline -opc)
    $words[1] ${COMPLETE_COMMAND} -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c foundry -f -a '(__foundry_words)'
complete -c foundry -n 'not count (__foundry_words) >/dev/null' -F`;

const SCRIPTS = { bash: BASH, zsh: ZSH, fish: FISH } as const satisfies Record<Shell, string>;

/** The script that teaches a shell to complete `foundry`, however the command was called. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}
