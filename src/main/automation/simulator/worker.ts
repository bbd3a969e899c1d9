import { workerData } from 'node:worker_threads'
import { parentChannel } from '../../worker'
import type { SimulatorPlan } from './plan'
import { serveSimulator } from './serve'

serveSimulator(parentChannel(), workerData as SimulatorPlan)
