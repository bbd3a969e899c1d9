import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { temporaryFolder } from '../../profiles/temporary.fixture'
import { captureOutput, runWords } from '../command.fixture'
import { completeInZsh, insideZsh } from './zsh.fixture'

vi.mock('../../transfer/save-worker?modulePath', () => ({ default: 'worker' }))

const captured = captureOutput()

/** What a shell offers for a line. Paths are told by their last part. */
type Complete = (script: string, line: string, folder: string) => string[]

const shells: Record<string, Complete> = {
  bash(script, line, folder) {
    const whole = `${script}\nCOMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _treetop; printf '%s\\n' "\${COMPREPLY[@]}"`
    return run('bash', ['-c', whole, 'bash', ...line.split(' ')], folder)
  },
  fish(script, line, folder) {
    const source = join(temporaryFolder(), 'treetop.fish')
    writeFileSync(source, script)
    const found = run(
      'fish',
      ['--no-config', '-c', 'source $argv[1]; complete -C "$argv[2]"', source, line],
      folder
    )
    return found.map((each) => each.split('\t')[0]!)
  },
  zsh(script, line, folder) {
    const place = temporaryFolder()
    const offered = join(place, 'offered')
    for (const [name, text] of [
      ['treetop.zsh', script],
      ['inside.zsh', insideZsh]
    ] as const)
      writeFileSync(join(place, name), text)
    const files = [join(place, 'treetop.zsh'), offered, line, join(place, 'inside.zsh')]
    run('zsh', ['-f', '-c', completeInZsh, 'zsh', ...files], folder)
    return readFileSync(offered, 'utf8').replaceAll('\\ ', ' ').split('\n')
  }
}

function run(shell: string, words: string[], folder: string): string[] {
  const env = { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder }
  return execFileSync(shell, words, { encoding: 'utf8', cwd: folder, env, timeout: 30_000 }).split('\n')
}

describe.each(Object.entries(shells))('%s', (shell, complete) => {
  const isThere = spawnSync(shell, ['--version']).error === undefined

  it.skipIf(!isThere).each([
    ['treetop pro', ['probe']],
    ['treetop --max', ['--max-upload']],
    ['treetop sub mqtt://h --retain-h', ['--retain-handling']],
    ['treetop sub -q ', ['0', '1', '2']],
    ['treetop pub --topic ', []],
    ['treetop --data-dir /x export --fo', ['--format', '--force']],
    ['treetop export --format t', ['treetop']],
    ['treetop completion f', ['fish']],
    ['treetop pub -f FOLDER/a', ['a file', 'another']]
  ])('completes %j', async (line, expected) => {
    expect(await runWords(['completion', shell])).toBe(0)
    const folder = temporaryFolder()
    for (const name of ['a file', 'another', 'b']) writeFileSync(join(folder, name), '')
    const offered = complete(captured.out, line.replace('FOLDER', folder), folder)
    expect(
      offered
        .filter(Boolean)
        .map((each) => basename(each))
        .sort()
    ).toEqual(expected.toSorted())
  })
})
