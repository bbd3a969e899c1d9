import { format } from 'prettier'
import { expect, it, vi } from 'vitest'
import { browserMode } from '../web/arguments'
import { captureOutput, runWords } from './command.fixture'
import { commands } from './commands'
import { findCommand, rootHelp } from './dispatch'
import { helpOf } from './help'
import { harmless } from './lines'

vi.mock('../transfer/save-worker?modulePath', () => ({ default: 'worker' }))

const captured = captureOutput()

/** The words of docs/COMMAND-LINE.md that no description has. */
const INTRODUCTION = `# The command line

Everything below runs without a window: from the installed app, from the npm package, and in the container. In a
checkout, write \`npm run web --\` instead of \`treetop\`; in the container, put the command behind the image's name
(\`docker run --rm treetop sub mqtt://broker -t '#'\`) or run \`docker exec NAME treetop …\`.

- **Addresses** come last, or as \`--listen=URL\`: on Windows, the installed app takes no argument behind a bare one.
- **Output**: data goes to standard output, everything else to standard error, so that pipes get nothing but data. A
  reader that ends early (\`| head\`) is no failure.
- **JSON**: \`--json\` prints one object a line. Messages have the fields of [an export](guides/export.md): topic,
  receivedAt (UTC, µs), direction, qos, retain, dup, size, encoding (utf8 or base64), payload, properties (MQTT 5;
  correlationData is Base64; userPropertyOrder has the names in order where userProperties loses it), and decoded where
  the profile has a decoder for the topic.
- **Passwords** never have to be in the arguments, which all users of a machine can see: use \`--password-file\`,
  \`--ask-password\`, the variable \`TREETOP_MQTT_PASSWORD\`, or a profile. The secrets of a profile can be read by the
  Treetop that stored them: those of browser mode by the npm package and the container, those of the desktop app by
  the installed app.
- **Ctrl+C** ends every command cleanly: connections say DISCONNECT. A second one ends it at once.

| Exit status | Meaning                                                                                            |
| ----------- | -------------------------------------------------------------------------------------------------- |
| 0           | done; for \`sub\` without \`--count\`, \`record\`, \`broker\` and \`mcp\` also after Ctrl+C                |
| 1           | failed: the broker refused, a connection was lost, a file cannot be read or written                |
| 2           | wrong usage                                                                                        |
| 3           | time was up: no answer (\`request\`), or fewer messages than \`--count\` (\`sub\`)                     |
| 130         | interrupted before the work was done                                                               |
`

function documentation(): string {
  const sections = commands.map(
    (command) =>
      `## treetop ${command.name}\n\n${capitalised(command.summary)}.\n\n${text(helpOf(command.name, command))}`
  )
  return [INTRODUCTION, `## treetop\n\n${text(rootHelp(browserMode))}`, ...sections].join('\n')
}

function text(help: string): string {
  return `\`\`\`text\n${help}\`\`\`\n`
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

it('has a documentation that is up to date (`vitest run -u` writes it)', async () => {
  const formatted = await format(documentation(), { parser: 'markdown', printWidth: 110 })
  await expect(formatted).toMatchFileSnapshot('../../../docs/COMMAND-LINE.md')
})

it.each(commands.map((command) => [command.name, command] as const))(
  'prints a help of %s that fits a terminal, with examples',
  async (name, command) => {
    expect(await runWords([name, '--help'])).toBe(0)
    expect(captured.out).toBe(helpOf(name, command))
    expect(captured.out).toContain(`Usage: treetop ${name} `)
    expect(captured.out).toContain('Exit status: 0 ')
    if (name !== 'completion') expect(captured.out).toContain('\nExamples:\n')
    for (const line of captured.out.split('\n'))
      if (!line.startsWith('  treetop')) expect(line.length).toBeLessThanOrEqual(120)
    for (const name of Object.keys(command.options)) expect(captured.out).toContain(`--${name}`)
  }
)

it('lists the commands', () => {
  const help = rootHelp(browserMode)
  for (const { name, summary } of commands)
    expect(help).toMatch(new RegExp(`^  ${name} +${summary.slice(0, 20)}`, 'm'))
})

it('finds a command behind options of the whole, as in the container', () => {
  const before = ['--host', '0.0.0.0', '--port', '7883', '--data-dir', '/data', '--no-open']
  expect(findCommand([...before, 'export', '--force'], browserMode)).toMatchObject({
    command: { name: 'export' },
    argv: ['--data-dir', '/data', '--force']
  })
  expect(findCommand([...before, 'broker'], browserMode)).toMatchObject({
    command: { name: 'broker' },
    argv: []
  })
  for (const argv of [
    [],
    before,
    ['--data-dir', 'export'],
    ['--nope', 'export'],
    ['./export'],
    ['x', 'export']
  ])
    expect(findCommand(argv, browserMode)).toBeNull()
})

it.each(['zsh', 'fish', 'powershell'])(
  'prints a script for %s with every command and option',
  async (shell) => {
    expect(await runWords(['completion', shell])).toBe(0)
    for (const { name, options } of commands) {
      expect(captured.out).toContain(name)
      for (const option of Object.keys(options))
        expect(captured.out).toContain(shell === 'fish' ? `-l ${option}` : `--${option}`)
    }
  }
)

it('completes for the shells that it knows', async () => {
  expect(await runWords(['completion', 'tcsh'])).toBe(2)
  expect(captured.said).toBe('Name a shell: bash, zsh, fish or powershell.\n')
})

it('shows control characters of strangers instead of sending them to the terminal', () => {
  expect(harmless('a\x1b[2Jb\x9bc\td\ne\x00')).toBe('a\\x1b[2Jb\\x9bc\td\ne\\x00')
})
