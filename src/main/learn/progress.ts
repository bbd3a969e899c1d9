import { join } from 'node:path'
import type { z } from 'zod'
import { LearnState } from '../../shared/contract/learn'
import { LESSON_IDS, stepsOf, type LessonId } from '../../shared/lessons'
import { JsonFile } from '../profiles/json-file'

const Stored = LearnState.pick({ lesson: true, done: true })
type Stored = z.infer<typeof Stored>

/** Where the learner is, and what is done, in `learn.json` of the data directory. */
export class LearnProgress {
  private stored: Stored = { lesson: LESSON_IDS[0], done: {} }
  private readonly file: JsonFile

  constructor(directory: string) {
    this.file = new JsonFile(join(directory, 'learn.json'))
  }

  /** A file that is missing or malformed is a beginner's. */
  async load(): Promise<void> {
    const read = Stored.safeParse(await this.file.read())
    if (read.success) this.stored = read.data
  }

  get(): Stored {
    return this.stored
  }

  /** The step that the learner is at; past the last one, if the lesson is done. */
  at(lesson: LessonId): number {
    const steps = stepsOf(lesson)
    const done = this.stored.done[lesson] ?? []
    const open = steps.findIndex((step) => !done.includes(step))
    return open === -1 ? steps.length : open
  }

  /** Throws FILE_UNWRITABLE and then keeps what was before. */
  async choose(lesson: LessonId): Promise<void> {
    if (lesson !== this.stored.lesson) await this.write({ ...this.stored, lesson })
  }

  async finish(lesson: LessonId, step: string): Promise<void> {
    const { done } = this.stored
    await this.write({ ...this.stored, done: { ...done, [lesson]: [...(done[lesson] ?? []), step] } })
  }

  /** Forgets a lesson, or all (null). */
  async forget(lesson: LessonId | null): Promise<void> {
    const done = { ...this.stored.done }
    if (lesson) delete done[lesson]
    await this.write(lesson ? { ...this.stored, done } : { lesson: LESSON_IDS[0], done: {} })
  }

  /** Resolves when all changes are in the file. */
  written(): Promise<void> {
    return this.file.written()
  }

  private async write(next: Stored): Promise<void> {
    this.stored = next
    await this.file.write(next)
  }
}
