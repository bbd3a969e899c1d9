import { workerData } from 'node:worker_threads'
import { parentChannel } from '../worker'
import { createConnection } from './connection'
import type { ConnectionData } from './connection-functions'

createConnection(parentChannel(), workerData as ConnectionData)
