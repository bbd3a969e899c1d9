import type Database from 'better-sqlite3'
import type { Scope } from '../../shared/contract/messages'
import { InTurn } from '../../shared/in-turn'
import { Meta } from './meta'
import { idsIn } from './segments'

/** Rows deleted, and pages returned to the disk, in one slice; messages are recorded between slices. */
const ROWS_PER_SLICE = 2_000
const PAGES_PER_SLICE = 500

/** Messages to delete: those of a scope with ids up to a ceiling, which is the end of a segment. */
interface ClearingJob extends Scope {
  ceiling: number
}

/** What clearing needs of the writer. */
interface Owner {
  commit(): void
  /** Writes some topics' totals. Returns whether all totals include the messages up to an id. */
  totalsUpTo(id: number): boolean
}

/** Puts everything on disk between two slices. It may stop the clearing. */
export type Commit = () => void
/** Hears after each slice how many messages have been deleted so far. */
export type Progress = (deleted: number) => void

/** Deletes the messages of scopes, one scope at a time, in slices between which messages are recorded. Jobs stay in `meta` until done. */
export class Clearing {
  private readonly jobs: ClearingJob[]
  private readonly turns = new InTurn()
  private stopped = false

  constructor(
    private readonly database: Database.Database,
    private readonly meta: Meta,
    private readonly owner: Owner
  ) {
    this.jobs = jobsIn(meta)
    const forget = database.prepare(
      `UPDATE topic SET messages = 0, newest_id = 0, last_id = 0, retained = 0
       WHERE last_id <= :ceiling AND (:topic IS NULL OR name = :topic OR (:subtree AND name >= :topic || '/' AND name < :topic || '0'))`
    )
    // Rows that count beyond the ceiling were written later and are correct.
    for (const { topic, subtree, ceiling } of this.jobs)
      forget.run({ topic, subtree: Number(subtree), ceiling })
  }

  /** Whether a message of a topic is due for deletion. */
  covers(name: string, id: number): boolean {
    return isCovered(this.jobs, name, id)
  }

  /** Deletes a scope's messages up to a ceiling. Call it in a transaction. Reports the count after each slice; resolves with the total. */
  add(job: ClearingJob, commit: Commit, progress?: Progress): Promise<number> {
    this.jobs.push(job)
    this.meta.set('clearing', JSON.stringify(this.jobs))
    this.owner.commit()
    return this.turns.run(() => this.run(job, commit, progress))
  }

  /** Continues the jobs that an earlier process left unfinished. */
  async resume(commit: Commit): Promise<void> {
    await Promise.all(this.jobs.map((job) => this.turns.run(() => this.run(job, commit))))
  }

  stop(): void {
    this.stopped = true
  }

  private async run(job: ClearingJob, commit: Commit, progress?: Progress): Promise<number> {
    let deleted = 0
    const { database, owner } = this
    const slices = job.topic === null ? everything(database, job.ceiling) : this.ofTopics(job)
    const until = async (done: () => boolean): Promise<void> => {
      while (!this.stopped) {
        commit()
        if (this.stopped || done()) return
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
    await until(() => {
      const slice = slices.next()
      deleted += slice.value ?? 0
      progress?.(deleted)
      return slice.done === true
    })
    await until(() => owner.totalsUpTo(job.ceiling))
    await until(() => {
      database.pragma(`incremental_vacuum(${PAGES_PER_SLICE})`)
      return database.pragma('freelist_count', { simple: true }) === 0
    })
    if (!this.stopped) {
      this.jobs.splice(this.jobs.indexOf(job), 1)
      this.meta.set('clearing', JSON.stringify(this.jobs))
    }
    return deleted
  }

  private *ofTopics(job: ClearingJob): Generator<number, undefined> {
    const { database } = this
    database.exec(
      'CREATE TEMP TABLE IF NOT EXISTS clearing (topic_id INTEGER PRIMARY KEY); DELETE FROM clearing'
    )
    const insert = database.prepare('INSERT INTO temp.clearing VALUES (?)')
    // Read from the file: after reopening it, the writer does not know topics that have no messages left.
    const some = database.prepare<[number, number], { id: number; name: string }>(
      'SELECT id, name FROM topic WHERE id > ? ORDER BY id LIMIT ?'
    )
    for (let topics = some.all(0, ROWS_PER_SLICE); topics.length > 0;) {
      for (const { id, name } of topics) if (isInScope(job, name)) insert.run(id)
      yield 0
      topics = some.all(topics.at(-1)!.id, ROWS_PER_SLICE)
    }
    const segments = database
      .prepare<[number], number>('SELECT id FROM segment WHERE id <= ? ORDER BY id')
      .pluck()
      .all(job.ceiling)
    const read = database.prepare<[number], { topicId: number; ids: Buffer }>(
      'SELECT topic_id AS topicId, ids FROM posting WHERE segment = ? AND topic_id IN temp.clearing'
    )
    const deleteMessage = database.prepare('DELETE FROM message WHERE id = ?')
    const deletePosting = database.prepare('DELETE FROM posting WHERE segment = ? AND topic_id = ?')
    const uncount = database.prepare('UPDATE segment SET messages = messages - ? WHERE id = ?')
    for (const segment of segments) {
      for (let postings = read.all(segment); postings.length > 0;) {
        yield database.transaction(() => {
          let deleted = 0
          let listed = 0
          while (postings.length > 0 && listed < ROWS_PER_SLICE) {
            const { topicId, ids } = postings.pop()!
            for (const id of idsIn(segment, ids)) deleted += deleteMessage.run(id).changes
            deletePosting.run(segment, topicId)
            listed += ids.length / 2
          }
          uncount.run(listed, segment)
          return deleted
        })()
      }
    }
    database.prepare('DELETE FROM segment WHERE id <= ? AND messages = 0').run(job.ceiling)
    return undefined
  }
}

/** Tells a reader which messages are still in the file but due for deletion: those are gone for the user. */
export function dueForDeletion(database: Database.Database): (name: string, id: number) => boolean {
  const jobs = jobsIn(new Meta(database))
  return (name, id) => isCovered(jobs, name, id)
}

function jobsIn(meta: Meta): ClearingJob[] {
  return JSON.parse(meta.get('clearing') ?? '[]') as ClearingJob[]
}

function isCovered(jobs: readonly ClearingJob[], name: string, id: number): boolean {
  return jobs.some((job) => id <= job.ceiling && isInScope(job, name))
}

/** Whether a topic is in a scope. */
export function isInScope({ topic, subtree }: Scope, name: string): boolean {
  return topic === null || name === topic || (subtree && name.startsWith(`${topic}/`))
}

function* everything(database: Database.Database, ceiling: number): Generator<number, undefined> {
  const messages = database.prepare(
    'DELETE FROM message WHERE id IN (SELECT id FROM message WHERE id <= ? ORDER BY id LIMIT ?)'
  )
  const postings = database.prepare(
    `DELETE FROM posting WHERE (segment, topic_id) IN
       (SELECT segment, topic_id FROM posting WHERE segment <= ? ORDER BY segment, topic_id LIMIT ?)`
  )
  for (let changes = ROWS_PER_SLICE; changes === ROWS_PER_SLICE; yield changes) {
    changes = messages.run(ceiling, ROWS_PER_SLICE).changes
  }
  for (let changes = ROWS_PER_SLICE; changes === ROWS_PER_SLICE; yield 0) {
    changes = postings.run(ceiling, ROWS_PER_SLICE).changes
  }
  database.prepare('DELETE FROM segment WHERE id <= ?').run(ceiling)
  return undefined
}
