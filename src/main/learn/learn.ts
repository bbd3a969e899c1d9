import type { CallsOf } from '../../shared/contract'
import type { LearnState } from '../../shared/contract/learn'
import { AppError } from '../../shared/errors'
import { InTurn } from '../../shared/in-turn'
import type { LessonId } from '../../shared/lessons'
import type { LearnBroker } from './learn-broker'
import type { LearnProgress } from './progress'
import { Room } from './room'

/** The lessons about MQTT, of which one is open at a time. */
export class Learn {
  private room: Room | null = null
  private runs = 0
  private readonly turns = new InTurn()

  constructor(
    private readonly broker: LearnBroker,
    private readonly progress: LearnProgress,
    private readonly failed: (error: unknown) => void
  ) {}

  calls(): CallsOf<'main', 'learn'> {
    return {
      'learn.open': ({ lesson }) => this.turns.run(() => this.open(lesson)),
      'learn.look': ({ after }) => this.state(after),
      'learn.act': ({ action }) => this.current().act(action),
      'learn.restart': ({ lesson }) =>
        this.turns.run(async () => {
          await this.progress.forget(lesson)
          return this.open(lesson)
        }),
      'learn.leave': () => this.leave()
    }
  }

  /** Closes the open lesson. */
  leave(): Promise<void> {
    return this.turns.run(() => this.end())
  }

  /** The broker has stopped, and the lesson with it. */
  brokerStopped(): void {
    if (this.room) void this.leave().catch(this.failed)
  }

  private async open(lesson: LessonId | null): Promise<LearnState> {
    await this.end()
    if (lesson) await this.progress.choose(lesson)
    if (this.broker.status().state === 'running') {
      const room = new Room(this.progress.get().lesson, ++this.runs, this.broker, this.progress, {
        failed: this.failed,
        abandoned: () => void this.leave().catch(this.failed)
      })
      this.room = room
      try {
        await room.open()
      } catch (error) {
        await this.end().catch(this.failed)
        throw error
      }
    }
    return this.state(0)
  }

  private async end(): Promise<void> {
    const { room } = this
    this.room = null
    await room?.close()
  }

  private state(after: number): LearnState {
    const isRunning = this.broker.status().state === 'running'
    return { ...this.progress.get(), live: isRunning && this.room ? this.room.live(after) : null }
  }

  private current(): Room {
    if (!this.room) throw new AppError('BROKER_NOT_RUNNING', {})
    return this.room
  }
}
