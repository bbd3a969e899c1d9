import { Command as Parser, CommanderError, Option as ParserOption } from 'commander'
import { isUrl } from '../../shared/broker-url'
import type { Call, Description, Option, Options, Values } from './command'

export type Parsed<O extends Options> =
  ({ kind: 'call' } & Call<O>) | { kind: 'help' } | { kind: 'fault'; sentence: string }

/**
 * Checks arguments against a description. `-h` and `--help` come before any fault. A sentence names no more than the scheme of an
 * address, which may contain a password.
 */
export function parse<O extends Options>(description: Description<O>, argv: readonly string[]): Parsed<O> {
  const { options, operands: most } = description
  const values = Object.fromEntries(
    Object.entries(options).map(([name, { value, many }]) => [name, many ? [] : value ? undefined : false])
  ) as Record<string, string | string[] | boolean | undefined>
  const parser = new Parser()
    .exitOverride()
    .configureOutput({ writeOut: () => undefined, writeErr: () => undefined })
    .helpOption('-h, --help')
    .allowExcessArguments()
  for (const [name, option] of Object.entries(options)) {
    parser.addOption(new ParserOption(flagsOf(name, option)))
    // The parser's own values would take --no-retain for the opposite of --retain.
    parser.on(`option:${name}`, (given: string | null) => {
      if (option.many) (values[name] as string[]).push(given ?? '')
      else values[name] = option.value ? (given ?? '') : true
    })
  }
  try {
    parser.parse(
      argv.map((argument) => spelled(argument, options)),
      { from: 'user' }
    )
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error
    if (error.code === 'commander.helpDisplayed') return { kind: 'help' }
    return { kind: 'fault', sentence: sentence(error.message) }
  }
  for (const [name, { choices }] of Object.entries(options)) {
    const wrong = [values[name]]
      .flat()
      .find((given) => typeof given === 'string' && !choices?.includes(given))
    if (choices && wrong !== undefined)
      return { kind: 'fault', sentence: `--${name} takes ${listed(choices)}, not "${String(wrong)}".` }
  }
  const operands = parser.args
  if (operands.length > most)
    return { kind: 'fault', sentence: `Unexpected argument "${withoutPassword(operands[most]!)}".` }
  return { kind: 'call', values: values as Values<O>, operands }
}

/** An option as the help and the parser spell it: `-t, --topic FILTER`. */
export function flagsOf(name: string, { short, value, optional }: Option, brackets = true): string {
  const flags = short ? `-${short}, --${name}` : `--${name}`
  if (value === undefined) return flags
  if (brackets) return `${flags} <${value}>`
  return optional ? `${flags}[=${value}]` : `${flags} ${value}`
}

/** `a, b or c`. */
export function listed(words: readonly string[]): string {
  return words.join(', ').replace(/, ([^,]*)$/, ' or $1')
}

/** An argument for a message. What follows the scheme of an address may contain a password. */
export function withoutPassword(argument: string): string {
  return isUrl(argument) ? `${argument.split(':')[0]}:…` : argument
}

/** An option whose value may be left out takes none of the arguments that follow. */
function spelled(argument: string, options: Options): string {
  return argument.startsWith('--') && options[argument.slice(2)]?.optional ? `${argument}=` : argument
}

/** The parser's message as a sentence: `error: unknown option '--x'` and perhaps a line `(Did you mean --y?)`. */
function sentence(message: string): string {
  const [first = '', hint] = message.replace(/^error: /, '').split('\n')
  // A value may be a password.
  const plain = first.replace(/^(unknown option '-[^=']*)=.*'$/, "$1'").replaceAll(/<(\w+)>/g, '$1')
  const flag = /^unknown option '(.*)'$/.exec(plain)?.[1]
  // The hint for --no-open=1 would be --no-open.
  const helps = hint !== undefined && !hint.endsWith(` ${flag}?)`)
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}.${helps ? ` ${hint.slice(1, -1)}` : ''}`
}
