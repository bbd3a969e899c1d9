import { describe, type Values } from '../command'

export const test = describe({
  name: 'test',
  summary: 'run checks: files that say what a broker must do',
  usage: ['[options] DIR|FILE...'],
  about: [
    'Runs the checks in files that end in .test.yaml (docs/CHECKS.md), each file with a fresh broker or with the one that it names.'
  ],
  operands: Infinity,
  completeOperand: 'file',
  usesSecrets: true,
  options: {
    reporter: {
      value: 'R[:FILE],...',
      about:
        'pretty (default), junit or json; the first one without a file goes to standard output, the others to treetop-report.xml and treetop-report.json'
    },
    broker: {
      value: 'B',
      about: 'run all files against this broker: local, a URL, or the name of a profile'
    },
    env: { value: 'NAME', about: "environment of the collection, and for variables in a profile's fields" },
    variable: {
      value: 'N=V',
      many: true,
      about: 'value of a variable; may be given several times'
    },
    filter: {
      value: 'TEXT',
      about: 'only checks whose file and name contain TEXT, or that have the tag (@TAG)'
    },
    bail: { about: 'stop after the first check that fails' },
    repeat: { value: 'N', about: 'run everything N times, each with a fresh broker' },
    parallel: { value: 'N', about: 'files at once (default: one for each processor, at most 4)' },
    artifacts: {
      value: 'DIR',
      complete: 'directory',
      about: 'write a recording (.treetop) for each check that fails'
    },
    'data-dir': {
      value: 'D',
      complete: 'directory',
      about: 'data directory of the profiles (default: the one of this user)'
    }
  },
  examples: [
    { line: 'test checks' },
    { line: 'test checks --broker mqtt://localhost --filter @smoke' },
    { line: 'test checks --reporter pretty,junit:out/report.xml --artifacts out' }
  ],
  statuses:
    '0 all checks passed, 1 a check failed, or the run was interrupted, 2 wrong usage or a file that cannot be used'
})

export type TestValues = Values<typeof test.options>
