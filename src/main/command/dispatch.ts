import { commands } from './commands'
import { MISUSED, FAILED, DONE, Misuse, type Command, type CommandContext, type Description } from './command'
import { commandList, helpOf } from './help'
import { print, tell } from './output'
import { parse } from './parse'
import { sentenceOf } from './sentences'

/** A command with what follows it. */
export interface Found {
  command: Command
  argv: string[]
}

/**
 * The command that arguments begin with, or null. Options of `treetop` itself may come first, as they do in the container: of these the
 * command gets the data directory. `foreign` options belong to the system and are passed over.
 */
export function findCommand(
  argv: readonly string[],
  root: Description,
  foreign: (argument: string) => boolean = () => false
): Found | null {
  let directory: string | null = null
  for (let index = 0; index < argv.length; index++) {
    const argument = argv[index]!
    if (foreign(argument)) continue
    if (!argument.startsWith('-')) {
      const command = commands.find(({ name }) => name === argument)
      if (!command) return null
      const rest = argv.slice(index + 1)
      const isTaken = directory !== null && 'data-dir' in command.options
      return { command, argv: isTaken ? ['--data-dir', directory!, ...rest] : rest }
    }
    const [, name, value] = /^--([^=]+)(?:=(.*))?$/.exec(argument) ?? []
    const option = name === undefined ? undefined : root.options[name]
    // Help, and what the root's own parser complains about.
    if (!option) return null
    const given = option.value === undefined || option.optional || value !== undefined ? value : argv[++index]
    if (name === 'data-dir') directory = given ?? null
  }
  return null
}

/** Runs a command. Returns the exit status. Data goes to standard output, everything else to standard error. */
export async function runCommand(
  { command, argv }: Found,
  context: Omit<CommandContext, 'commands'>
): Promise<number> {
  const parsed = parse(command, argv)
  if (parsed.kind === 'help') {
    await print(helpOf(command.name, command))
    return DONE
  }
  try {
    if (parsed.kind === 'fault') throw new Misuse(`${parsed.sentence} See treetop ${command.name} --help.`)
    const status = await command.run(parsed, { ...context, commands })
    // Where pipes are not written at once, the program must not end before its output has left.
    await print('')
    return status
  } catch (error) {
    tell(sentenceOf(error))
    return error instanceof Misuse ? MISUSED : FAILED
  }
}

/** The help of `treetop` without a command. */
export function rootHelp(root: Description): string {
  const list = `Commands:\n${commandList(commands)}\n\ntreetop COMMAND --help explains a command and has examples.`
  return helpOf('', {
    ...root,
    usage: [...root.usage, 'COMMAND [options]'],
    notes: [...(root.notes ?? []), list]
  })
}
