// Writes docs/CONFORMANCE.md: which statements of MQTT bind the broker, and which tests hold them. Read from the titles of the tests.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { at } from './place.mjs'

const BROKER = 'src/main/broker'
const CONFORMANCE = `${BROKER}/conformance`

export const DOCUMENT = 'docs/CONFORMANCE.md'

const versions = ['3.1.1', '5']

/** Tests of one version, by the function that declares them. */
const declaredFor = { it311: ['3.1.1'], it5: ['5'], itBoth: versions }

const sections = {
  1: 'Data representation',
  2: 'Packet format',
  3.1: 'CONNECT',
  3.2: 'CONNACK',
  3.3: 'PUBLISH',
  3.4: 'PUBACK',
  3.5: 'PUBREC',
  3.6: 'PUBREL',
  3.7: 'PUBCOMP',
  3.8: 'SUBSCRIBE',
  3.9: 'SUBACK',
  '3.10': 'UNSUBSCRIBE',
  3.11: 'UNSUBACK',
  3.12: 'PINGREQ',
  3.14: 'DISCONNECT',
  3.15: 'AUTH',
  4: 'Operational behavior',
  6: 'WebSocket',
  7: 'Conformance'
}

/** What stands in place of a test. */
const elsewhere = {
  client: 'binds the client',
  bridge: 'binds servers that connect to other servers, which this one does not',
  websocket: 'binds the WebSocket listener'
}

/**
 * A statement of a specification: its number, whom it binds, and what it says.
 * @typedef {{ id: string, binds: 'server' | 'client' | 'both' | 'websocket' | 'bridge', says: string }} Statement
 *
 * A test of the broker, with the statements that it holds.
 * @typedef {{ file: string, declaredBy: string, title: string, holds: { version: string, id: string }[] }} Test
 */

/**
 * The statements of each version, in the order of the specification.
 * @returns {Map<string, Statement[]>}
 */
export function readStatements() {
  return new Map(
    versions.map((version) => {
      const found = JSON.parse(readFileSync(at(CONFORMANCE, `statements-${version}.json`), 'utf8'))
      return [version, Object.entries(found).map(([id, [binds, says]]) => ({ id, binds, says }))]
    })
  )
}

/**
 * The broker's tests that name statements.
 * @returns {Test[]}
 */
export function readTests() {
  return readdirSync(at(BROKER), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .sort()
    .flatMap((name) =>
      testsIn(join(BROKER, name).replaceAll('\\', '/'), readFileSync(at(BROKER, name), 'utf8'))
    )
}

/**
 * The tests in a source file whose title ends with statements, such as `[3.1.1: MQTT-3.1.4-2; 5: MQTT-3.1.4-3]`.
 * @param {string} file
 * @param {string} source
 * @returns {Test[]}
 */
export function testsIn(file, source) {
  return [...source.matchAll(/\b(it\w*)\(\s*(['"])(.*?) \[((?:3\.1\.1|5)[^\]]*)\]\2/g)].map(
    ([, declaredBy, , title, mark]) => ({ file, declaredBy, title, holds: statementsOf(mark) })
  )
}

function statementsOf(mark) {
  return mark.split('; ').flatMap((part) => {
    const [of, ids = ''] = part.split(': ')
    return of
      .split(', ')
      .flatMap((version) => ids.split(', ').map((id) => ({ version, id: id.replace(/^MQTT-/, '') })))
  })
}

/**
 * What is wrong with the tests: a statement without a test, or a test of a statement that does not exist.
 * @param {Map<string, Statement[]>} statements
 * @param {Test[]} tests
 * @param {boolean} hasWebSocket
 * @returns {string[]}
 */
export function faultsOf(statements, tests, hasWebSocket) {
  const faults = []
  for (const { file, declaredBy, title, holds } of tests)
    for (const { version, id } of holds) {
      if (!statements.get(version)?.some((each) => each.id === id))
        faults.push(`${file}: "${title}" names MQTT-${id} of ${version}, which does not exist.`)
      else if (!(declaredFor[declaredBy] ?? versions).includes(version))
        faults.push(`${file}: "${title}" does not run for MQTT ${version}.`)
    }
  for (const [version, all] of statements)
    for (const { id, binds } of all)
      if (binds in elsewhere && !(binds === 'websocket' && hasWebSocket)) continue
      else if (holding(tests, version, id).length === 0)
        faults.push(`No test holds MQTT-${id} of ${version}.`)
  return faults
}

/** Whether the broker listens for WebSocket. */
export function hasWebSocket() {
  return readdirSync(at(BROKER), { recursive: true, encoding: 'utf8' }).some(
    (name) => /(?<!\.test)\.ts$/.test(name) && readFileSync(at(BROKER, name), 'utf8').includes("from 'ws'")
  )
}

/**
 * The text of docs/CONFORMANCE.md.
 * @param {Map<string, Statement[]>} statements
 * @param {Test[]} tests
 */
export function documentOf(statements, tests) {
  const lines = [readFileSync(at(CONFORMANCE, 'choices.md'), 'utf8')]
  for (const [version, all] of statements) {
    const held = all.filter(({ id }) => holding(tests, version, id).length > 0).length
    const binding = all.filter(({ binds }) => !(binds in elsewhere)).length
    lines.push(
      `## MQTT ${version}`,
      '',
      `${all.length} statements. ${binding} bind a server, and each of these has a test; ${held} have one in all.`,
      ''
    )
    for (const section of new Set(all.map(sectionOf)))
      lines.push(
        ...table(
          version,
          section,
          all.filter((each) => sectionOf(each) === section),
          tests
        )
      )
  }
  return lines.join('\n').trimEnd() + '\n'
}

function table(version, section, statements, tests) {
  return [
    `### ${section} ${sections[section]} (MQTT ${version})`,
    '',
    '| statement | what it says | test |',
    '| --- | --- | --- |',
    ...statements.map(({ id, binds, says }) => {
      const held = holding(tests, version, id).map(
        ({ file, title }) => `[${basename(file, '.test.ts')}](../${file}): ${title}`
      )
      const cells = [`MQTT-${id}`, says, held.join('<br>') || elsewhere[binds] || 'none']
      return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
    }),
    ''
  ]
}

function sectionOf({ id }) {
  const [chapter, section] = id.split('.')
  return chapter === '3' ? `3.${section}` : chapter
}

function holding(tests, version, id) {
  return tests.filter(({ holds }) => holds.some((each) => each.version === version && each.id === id))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [statements, tests] = [readStatements(), readTests()]
  writeFileSync(at(DOCUMENT), documentOf(statements, tests))
  for (const fault of faultsOf(statements, tests, hasWebSocket())) {
    console.error(fault)
    process.exitCode = 1
  }
}
