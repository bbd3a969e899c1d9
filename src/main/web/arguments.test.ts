import { describe, expect, it } from 'vitest'
import { parseArguments } from './arguments'

function run(...argv: string[]): unknown {
  const parsed = parseArguments(argv)
  return parsed.kind === 'run' ? parsed.arguments : parsed
}

function faultOf(...argv: string[]): string {
  const parsed = parseArguments(argv)
  if (parsed.kind !== 'fault') throw new Error(`${argv.join(' ')} was taken`)
  return parsed.sentence
}

describe('the command line', () => {
  it('defaults to loopback, opening the browser, and no broker', () => {
    expect(run()).toEqual({
      port: null,
      host: '127.0.0.1',
      dataDirectory: null,
      token: null,
      origin: null,
      open: true,
      broker: null,
      maxUpload: 10_000_000_000,
      targets: []
    })
  })

  it('parses every option', () => {
    expect(
      run(
        '--port',
        '8000',
        '--host=0.0.0.0',
        '--data-dir=d',
        '--token=t',
        '--no-open',
        '--broker=1884',
        'mqtt://broker'
      )
    ).toEqual({
      port: 8000,
      host: '0.0.0.0',
      dataDirectory: 'd',
      token: 't',
      origin: null,
      open: false,
      broker: 1884,
      maxUpload: 10_000_000_000,
      targets: ['mqtt://broker']
    })
  })

  it('accepts --broker without a value in any position', () => {
    expect(run('--broker')).toMatchObject({ broker: true })
    expect(run('--broker', '--no-open')).toMatchObject({ broker: true, open: false })
  })

  it('accepts port 0, which lets the system choose', () => {
    expect(run('--port', '0')).toMatchObject({ port: 0 })
  })

  it('gives --help and --version precedence', () => {
    expect(run('--help')).toEqual({ kind: 'help' })
    expect(run('-h', '--host', '0.0.0.0')).toEqual({ kind: 'help' })
    expect(run('--version')).toEqual({ kind: 'version' })
  })

  it('requires a configured token for addresses other than loopback', () => {
    expect(faultOf('--host', '0.0.0.0')).toContain('--token')
    expect(faultOf('--host', '192.168.1.5', '--token', '')).toContain('--token must not be empty')
    for (const host of ['127.0.0.1', 'localhost', '::1']) expect(run('--host', host)).toMatchObject({ host })
    expect(parseArguments(['--host', '0.0.0.0'], { TREETOP_TOKEN: 'kept' })).toMatchObject({
      kind: 'run',
      arguments: { host: '0.0.0.0', token: 'kept' }
    })
    expect(parseArguments([], { TREETOP_TOKEN: '' })).toMatchObject({ kind: 'fault' })
  })

  it('requires a configured token behind a proxy', () => {
    expect(faultOf('--origin', 'https://treetop.example.org')).toContain('TREETOP_TOKEN_FILE')
    expect(run('--origin', 'https://Treetop.example.org:443/', '--token', 't')).toMatchObject({
      origin: 'https://treetop.example.org'
    })
  })

  it.each([
    [['--port', 'x'], '--port takes a whole number from 0 to 65535, not "x".'],
    [['--port', '65536'], '--port takes a whole number from 0 to 65535, not "65536".'],
    [['--port', '80.5'], '--port takes a whole number from 0 to 65535, not "80.5".'],
    [['--port', ''], '--port takes a whole number from 0 to 65535, not "".'],
    [['--port', '-1'], '--port takes a whole number from 0 to 65535, not "-1".'],
    [['--broker=0'], '--broker takes a port from 1 to 65535, not "0".'],
    [['--broker=x'], '--broker takes a port from 1 to 65535, not "x".'],
    ...['x', 'ftp://x', 'https://x/mqtt', 'https://a:b@x'].map((origin): [string[], string] => [
      ['--origin', origin],
      `--origin takes an address like https://treetop.example.org, without a path, not "${origin}".`
    ]),
    [['--max-upload', '0'], '--max-upload takes megabytes from 1 to 1000000, not "0".'],
    [['--unheard'], "Unknown option '--unheard'. --help lists the options."],
    [['--port'], "Option '--port N' argument missing. --help lists the options."],
    [['--no-open=1'], "Unknown option '--no-open'. --help lists the options."],
    [['--prot', '1'], "Unknown option '--prot'. Did you mean --port? --help lists the options."]
  ])('explains in one sentence what is wrong with %j', (argv, sentence) => {
    expect(faultOf(...argv)).toBe(sentence)
  })

  it('rejects a port after --broker without "=", and hides passwords in addresses', () => {
    expect(faultOf('--broker', '1884')).toBe(
      'Unexpected argument "1884". A broker address looks like mqtt://host:1883. --help lists the options.'
    )
    // The rest of an address may contain a password.
    expect(faultOf('amqp://anna:secret@host')).toMatch(/"amqp:…"/)
  })
})
