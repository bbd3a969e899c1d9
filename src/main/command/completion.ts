import { DONE, Misuse, type Call, type CommandContext, type Options } from './command'
import { bashScript } from './completion/bash'
import { fishScript } from './completion/fish'
import { powershellScript } from './completion/powershell'
import { wordsOf, type Words } from './completion/words'
import { zshScript } from './completion/zsh'
import { print } from './output'

const scripts: Record<string, (root: Words, commands: readonly Words[]) => string> = {
  bash: bashScript,
  zsh: zshScript,
  fish: fishScript,
  powershell: powershellScript
}

/** `treetop completion`. */
export async function runCompletion(
  { operands: [shell] }: Call<Options>,
  { root, commands }: Pick<CommandContext, 'root' | 'commands'>
): Promise<number> {
  const script = shell !== undefined && Object.hasOwn(scripts, shell) ? scripts[shell]! : null
  if (!script) throw new Misuse('Name a shell: bash, zsh, fish or powershell.')
  const words = commands.map((command) => wordsOf(command.name, command.summary, command))
  await print(script(wordsOf('', '', root), words))
  return DONE
}
