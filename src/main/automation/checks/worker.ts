import { parentChannel } from '../../worker'
import { serveChecks } from './serve'

serveChecks(parentChannel())
