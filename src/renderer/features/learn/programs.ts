import type { LessonId } from '../../../shared/lessons'
import { mosquittoProgram } from './program-mosquitto'
import { mqttJsProgram } from './program-mqttjs'
import { pahoProgram } from './program-paho'
import type { Place } from './place'
import { snNodeJs, snPython } from './program-sn'

/** A complete program that does with one library what a lesson is about. */
interface Program {
  id: string
  /** The library's own name. */
  title: string
  /** How to install it; empty: nothing is needed. */
  install: string
  code: string
}

/** The programs of a lesson. Their client ids are those whose packets count for its steps. */
export function programs(lesson: LessonId, place: Place): Program[] {
  const mosquitto = {
    id: 'mosquitto',
    title: 'mosquitto_pub / mosquitto_sub',
    install: 'apt install mosquitto-clients',
    code: mosquittoProgram(lesson, place)
  }
  if (lesson === 'sn')
    return [
      { id: 'python', title: 'Python', install: '', code: snPython(place) },
      { id: 'nodejs', title: 'Node.js', install: '', code: snNodeJs(place) },
      mosquitto
    ]
  return [
    {
      id: 'paho2',
      title: 'paho-mqtt 2.x',
      install: 'pip install "paho-mqtt>=2"',
      code: pahoProgram(lesson, place, 2)
    },
    {
      id: 'paho1',
      title: 'paho-mqtt 1.x',
      install: 'pip install "paho-mqtt<2"',
      code: pahoProgram(lesson, place, 1)
    },
    { id: 'mqttjs', title: 'MQTT.js', install: 'npm install mqtt', code: mqttJsProgram(lesson, place) },
    mosquitto
  ]
}
