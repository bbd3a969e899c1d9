import { workerData } from 'node:worker_threads'
import { parentChannel } from '../worker'
import { serveBroker } from './serve'

serveBroker(parentChannel(), workerData as string)
