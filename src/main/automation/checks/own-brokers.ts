import type { LocalBroker, LocalSettings } from './broker-place'
import type { CheckNews } from './check-functions'
import { reasonOf } from './said'

/** The brokers that runs have started. Each has a worker thread of its own, which only the main thread can start. */
export class OwnBrokers {
  private readonly running = new Map<number, LocalBroker>()
  private last = 0

  constructor(private readonly begin: (settings: LocalSettings) => Promise<LocalBroker>) {}

  async start(settings: LocalSettings): ReturnType<CheckNews['startBroker']> {
    try {
      const broker = await this.begin(settings)
      const number = ++this.last
      this.running.set(number, broker)
      return { number, port: broker.port }
    } catch (error) {
      return { fault: reasonOf(error) }
    }
  }

  async stop(number: number): Promise<void> {
    const broker = this.running.get(number)
    this.running.delete(number)
    await broker?.stop()
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.running.keys()].map((number) => this.stop(number)))
  }
}
