import { parentChannel } from '../worker'
import { serveBridges } from './serve'

serveBridges(parentChannel())
