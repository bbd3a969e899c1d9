import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppError } from '../../shared/errors'
import { OpenRecordings } from '../profiles/open-recordings'
import { Recordings } from './recordings'

let folder: string
let data: string
let released: string[]
let recordings: Recordings
let memory: OpenRecordings

/** Stand-in for the archive: the contents of a file are its identity. */
const reader = {
  async inspect(path: string) {
    const text = await readFile(path, 'utf8')
    if (text.startsWith('bad')) throw new AppError('NOT_A_RECORDING', { path })
    return {
      identity: text,
      profile: 'Plant',
      version: '1.2.3',
      savedAt: 1,
      bytes: text.length,
      messages: 1,
      ends: null
    }
  },
  release: (path: string) => Promise.resolve(void released.push(path))
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'treetop-recordings-'))
  mkdirSync(join(folder, 'history'))
  released = []
  data = mkdtempSync(join(tmpdir(), 'treetop-data-'))
  memory = new OpenRecordings(data)
  recordings = started()
})

/** As after a start of Treetop. */
function started(): Recordings {
  return new Recordings(reader, {
    historyDirectory: join(folder, 'history'),
    uploadsDirectory: join(folder, 'uploads'),
    memory
  })
}

afterEach(async () => {
  await memory.written()
  rmSync(folder, { recursive: true })
  rmSync(data, { recursive: true, force: true })
})

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const uploads = (): string[] => readdirSync(join(folder, 'uploads'))

describe('Recordings', () => {
  it('are opened again at the next start, without uploads and files that are gone', async () => {
    await recordings.open(file('a.treetop', 'a'))
    const closed = await recordings.open(file('closed.treetop', 'closed'))
    await recordings.open(file('gone.treetop', 'gone'))
    await recordings.receive(Readable.from(['sent']), 'sent.treetop')
    await recordings.close(closed.id)
    await recordings.open(file('b.treetop', 'b'))
    const paths = ['a', 'gone', 'b'].map((name) => join(folder, `${name}.treetop`))
    await vi.waitFor(async () => expect(await memory.read()).toEqual(paths))
    rmSync(join(folder, 'gone.treetop'))

    const next = started()
    expect(await next.reopen()).toMatchObject([{ code: 'FILE_UNREADABLE' }])
    expect(next.list().map((each) => each.file)).toEqual(['a.treetop', 'b.treetop'])
  })

  it('that are opened and closed while others are opened again are remembered, once all are tried', async () => {
    const paths = ['a', 'b', 'away', 'bad'].map((name) => file(`${name}.treetop`, name))
    await memory.write(paths)
    rmSync(paths[2]!)
    const written = vi.spyOn(memory, 'write')
    const next = started()
    const changed = new Promise<void>((resolve, reject) => {
      next.onChange((open) => {
        const a = open.find((each) => each.file === 'a.treetop')
        if (a) next.close(a.id).then(resolve, reject)
      })
    })
    const opened = next.open(file('new.treetop', 'new'))
    await Promise.all([next.reopen(), opened, changed])
    await memory.written()
    expect(new Set(await memory.read())).toEqual(new Set([paths[1], join(folder, 'new.treetop'), paths[2]]))
    expect(written).toHaveBeenCalledOnce()
  })

  it('that cannot be read are still remembered after others are opened', async () => {
    const away = join(folder, 'away.treetop')
    await memory.write([away])
    await recordings.reopen()
    await recordings.open(file('new.treetop', 'new'))
    await memory.written()
    expect(await memory.read()).toEqual([join(folder, 'new.treetop'), away])
  })

  it('are remembered although the list of the last run cannot be read', async () => {
    mkdirSync(join(data, 'open-recordings.json'))
    await expect(recordings.reopen()).rejects.toThrow('EISDIR')
    rmSync(join(data, 'open-recordings.json'), { recursive: true })
    await recordings.open(file('a.treetop', 'a'))
    await memory.written()
    expect(await memory.read()).toEqual([join(folder, 'a.treetop')])
  })

  it('opens files, in order, and notifies listeners', async () => {
    const told: string[][] = []
    recordings.onChange((open) => told.push(open.map(({ file }) => file)))
    const first = await recordings.open(file('a.treetop', 'a'))
    const second = await recordings.open(file('b.treetop', 'b'))
    expect(first).toMatchObject({ file: 'a.treetop', profile: 'Plant', messages: 1 })
    expect(first).not.toHaveProperty('identity')
    expect(recordings.list()).toEqual([first, second])
    expect(recordings.pathOf(first.id)).toBe(join(folder, 'a.treetop'))
    await recordings.close(first.id)
    expect(told).toEqual([['a.treetop'], ['a.treetop', 'b.treetop'], ['b.treetop']])
    expect(released).toEqual([join(folder, 'a.treetop')])
    expect(() => recordings.pathOf(first.id)).toThrow('NOT_FOUND')
    expect(readdirSync(folder)).toContain('a.treetop')
  })

  it('opens the same recording once, wherever it is, and recognises it again', async () => {
    const { id } = await recordings.open(file('a.treetop', 'same'))
    expect((await recordings.open(file('copy.treetop', 'same'))).id).toBe(id)
    await recordings.receive(Readable.from(['same']), 'c.treetop')
    expect(recordings.list()).toHaveLength(1)
    expect(uploads()).toEqual([])
    await recordings.close(id)
    expect((await recordings.open(join(folder, 'copy.treetop'))).id).toBe(id)
  })

  it('names the file that is not a recording', async () => {
    const path = file('bad.treetop', 'bad')
    await expect(recordings.open(path)).rejects.toMatchObject({
      code: 'NOT_A_RECORDING',
      details: { path: 'bad.treetop' }
    })
    await expect(recordings.open(join(folder, 'none'))).rejects.toMatchObject({ code: 'FILE_UNREADABLE' })
    expect(recordings.list()).toEqual([])
  })

  it('never touches the history of a connection, by whatever path', async () => {
    const history = file('history/p.db', 'history')
    symlinkSync(history, join(folder, 'link.treetop'))
    for (const path of [history, join(folder, 'link.treetop')])
      await expect(recordings.open(path)).rejects.toMatchObject({ code: 'NOT_A_RECORDING' })
  })

  it('keeps an upload while it is open', async () => {
    const { id, file } = await recordings.receive(Readable.from(['sent', 'on']), '../x.treetop')
    expect(file).toBe('../x.treetop')
    expect(uploads()).toHaveLength(1)
    await recordings.close(id)
    expect(uploads()).toEqual([])
    await recordings.receive(Readable.from(['sent']), 'x.treetop')
    await recordings.stop()
    expect(readdirSync(folder)).toEqual(['history'])
  })

  it('removes invalid uploads, interrupted uploads, and those of an earlier run', async () => {
    await expect(recordings.receive(Readable.from(['bad']), 'x')).rejects.toMatchObject({
      details: { path: 'x' }
    })
    const broken = new Readable({
      read() {
        this.push('half')
        this.destroy(new Error('gone'))
      }
    })
    await expect(recordings.receive(broken, 'x')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' })
    expect(uploads()).toEqual([])
    file('uploads/left.treetop', 'left')
    await recordings.start()
    expect(readdirSync(folder)).toEqual(['history'])
  })
})
