import { execFile, execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import mqtt, { type MqttClient } from 'mqtt'
import { LESSON_IDS } from '../src/shared/lessons'
import { programs } from '../src/renderer/features/learn/programs'
import { freePort } from './fixtures/port'
import { retainedTopics } from './fixtures/retained'
import { AccessPage } from './pages/access'
import { LearnPage } from './pages/learn'
import { ListenersPage } from './pages/listeners'
import { expect, test } from './test'

const run = promisify(execFile)
/** Code runs where it can resolve `mqtt`. */
const project = resolve(import.meta.dirname, '..')

/** What a learner clicks: by lesson, the actions of each step. The other lessons are walked in `src/main/learn/learn.test.ts`. */
const walks: { title: string; steps: string[][] }[] = [
  {
    title: 'Topics connect publishers and subscribers',
    steps: [
      ['Connect the phone'],
      ['Phone: subscribe'],
      ['Connect the sensor', 'Sensor: publish'],
      ['Phone: publish']
    ]
  },
  {
    title: 'What CONNACK codes mean',
    steps: [
      ['Connect the sensor'],
      ['Refuse with 1'],
      ['Refuse with 2'],
      ['Refuse with 3'],
      ['Refuse with 4'],
      ['Refuse with 5']
    ]
  },
  {
    title: 'MQTT-SN',
    steps: [
      ['Connect the node'],
      ['Node: publish'],
      ['Node: subscribe', 'Node: sleep', 'Phone: publish'],
      ['Node: wake up']
    ]
  }
]

for (const { title, steps } of walks) {
  test(`a learner goes through “${title}”, and each step is done only once it has happened`, async ({
    app,
    treetop
  }) => {
    test.slow()
    const learn = new LearnPage(app)
    await app.startLocalBroker()
    await learn.open()
    await learn.lesson(title)
    if (title === 'MQTT-SN') await app.button('Open one and restart the broker').click()
    for (const [index, actions] of steps.entries()) {
      for (const [at, action] of actions.entries()) {
        await learn.expectOpen(index + 1)
        await learn.act(index + 1, action)
        if (at < actions.length - 1) {
          // Long enough for the engine to look several times.
          await expect(learn.step(index + 1).getByRole('button', { name: actions[at + 1]! })).toBeEnabled()
          await learn.expectOpen(index + 1)
        }
      }
      await learn.expectDone(index + 1)
    }
    const mark = learn.lessons.getByRole('button', { name: title })
    await expect(mark).toContainText('Done')
    await app.go('Connections')
    await expectNothingLeft(treetop.brokerPort)
  })
}

/** Sessions are gone, nothing is retained, and messages pass. The page has left; the lesson closes a moment later. */
async function expectNothingLeft(port: number): Promise<void> {
  const address = `mqtt://127.0.0.1:${port}`
  await expect.poll(() => retainedTopics(port, 'learn/#')).toEqual([])
  let client!: MqttClient
  // The faults of a lesson are removed after everything else.
  const isKnown = (): Promise<boolean> =>
    new Promise((resolve, reject) => {
      client = mqtt.connect(address, { clientId: 'learn-sensor', clean: false, reconnectPeriod: 0 })
      client.once('connect', ({ sessionPresent }) => resolve(sessionPresent)).once('error', reject)
    })
  await expect(async () => expect(await isKnown()).toBe(false)).toPass({ timeout: 20_000 })
  await client.subscribeAsync('learn/#', { qos: 1 })
  for (let count = 0; count < 6; count++) {
    const came = new Promise<void>((done) => client.once('message', () => done()))
    await client.publishAsync('learn/qos0', String(count))
    await came
    await client.publishAsync('learn/qos1', String(count), { qos: 1 })
  }
  await client.endAsync()
}

test('a step that was not done stays open, whatever is clicked', async ({ app }) => {
  const learn = new LearnPage(app)
  await app.startLocalBroker()
  await learn.open()
  await learn.lesson('Wildcards')
  await learn.act(1, 'Publish kitchen temperature')
  await learn.act(1, 'Publish bath temperature')
  await expect(learn.packet('PUBLISH', 'learn/home/bath/temperature')).toBeVisible()
  await learn.act(1, 'Phone: subscribe with +')
  await expect(learn.packet('SUBACK')).toBeVisible()
  // The messages came before the subscription: a learner has to publish again.
  await learn.act(1, 'Publish kitchen temperature')
  await expect(learn.packet('←', 'PUBLISH', 'learn/home/kitchen/temperature')).toBeVisible()
  await learn.expectOpen(1)
  await learn.act(1, 'Publish bath temperature')
  await learn.expectDone(1)
})

test('a lost PUBACK is seen as lost, and the message sent again opens in the packet view with its handshake', async ({
  app,
  page
}) => {
  const learn = new LearnPage(app)
  await app.startLocalBroker()
  await learn.open()
  await learn.lesson('QoS 1: at least once')
  await learn.act(1, 'Sensor: publish')
  await learn.expectDone(1)
  await learn.act(2, 'Lose the next PUBACK')
  await expect(learn.picture).toContainText('Loses the next acknowledgement')
  await learn.act(2, 'Sensor: publish')
  await expect(learn.packet('PUBACK', 'lost')).toBeVisible()
  await learn.act(3, 'Sensor: connect again')
  await learn.packet('Sensor', 'PUBLISH', 'DUP').click()
  const detail = page.getByRole('region', { name: 'Packet', exact: true })
  await expect(detail.getByRole('list', { name: 'Handshake' })).toContainText('resent')
  await expect(detail).toContainText('Sensor')
  await page.keyboard.press('Escape')
  await expect(detail).toBeHidden()
})

test('a learner who closes Treetop in the middle of a lesson goes on there', async ({ app, treetop }) => {
  const learn = new LearnPage(app)
  await app.startLocalBroker()
  await learn.open()
  await learn.lesson('Sessions that outlast a connection')
  await learn.act(1, 'Disconnect the phone')
  await learn.expectDone(1)
  await treetop.stop()
  await treetop.start()
  await app.open(treetop)
  await learn.open()
  await expect(learn.title).toHaveText('Sessions that outlast a connection')
  await learn.expectDone(1)
  await app.page
    .getByRole('main', { name: 'Learn MQTT' })
    .getByRole('button', { name: 'Start local broker' })
    .click()
  await learn.expectOpen(2)
  // The phone is away again, as the learner left it.
  await expect(learn.client('learn-phone')).toContainText('session kept')
  await learn.act(2, 'Sensor: publish 3')
  await expect(learn.picture).toContainText('Phone: 3 waiting')
  await learn.act(3, 'Connect the phone')
  await learn.expectDone(3)
  await app.button('Start this lesson over').click()
  await learn.expectOpen(1)
})

test('access rules that refuse the lesson’s clients are named, with the way to them', async ({
  app,
  page
}) => {
  const learn = new LearnPage(app)
  const access = new AccessPage(app)
  const notice = page.getByRole('region', { name: 'Access rules' })
  await app.startLocalBroker()
  await access.open()
  await access.byDefault('Deny')
  await learn.open()
  await expect(notice).toContainText('they use topics below learn/')
  await notice.getByRole('button', { name: 'Open the access rules' }).click()
  await access.byDefault('Allow')
  await learn.open()
  await expect(learn.picture).toBeVisible()
  await learn.act(1, 'Connect the phone')
  await learn.expectDone(1)
  await expect(notice).toHaveCount(0)
})

const runners: { library: string; run: (code: string) => Promise<unknown> }[] = [
  { library: 'paho-mqtt 1.x', run: (code) => run('/usr/bin/python3', ['-c', code], { timeout: 30_000 }) },
  {
    library: 'MQTT.js',
    run: (code) =>
      run(process.execPath, ['--input-type=module', '-e', code], { cwd: project, timeout: 30_000 })
  },
  { library: 'mosquitto_pub / mosquitto_sub', run: (code) => run('bash', ['-c', code], { timeout: 30_000 }) }
]

for (const { library, run: start } of runners) {
  test(`steps are done by the learner’s own program with ${library}`, async ({ app }) => {
    test.slow()
    const learn = new LearnPage(app)
    await app.startLocalBroker()
    await learn.open()
    await learn.lesson('Wildcards')
    await start(await learn.program(library))
    await learn.expectDone(1)
    await expect(learn.client('learn-code')).toContainText('Your program')

    await learn.lesson('QoS 0: at most once')
    await learn.act(1, 'Lose every third message')
    await learn.expectDone(1)
    await start(await learn.program(library))
    await learn.expectDone(2)
    await expect(learn.packet('Your program', 'PUBLISH', 'lost').first()).toBeVisible()

    await learn.lesson('QoS 2: exactly once')
    await start(await learn.program(library))
    await learn.expectDone(1)
    if (library.startsWith('mosquitto')) return
    // These libraries send again what was not acknowledged.
    await learn.act(2, 'Lose the next PUBREC')
    await expect(learn.picture).toContainText('Loses the next acknowledgement')
    await start(await learn.program(library))
    await learn.expectDone(3)
  })
}

test('a program in Python speaks MQTT-SN with nothing but a socket', async ({ app }) => {
  const learn = new LearnPage(app)
  await app.startLocalBroker()
  await app.go('Local broker')
  const listeners = new ListenersPage(app.page)
  await listeners.open()
  await listeners.add('MQTT-SN over UDP', await freePort())
  await learn.open()
  await learn.lesson('MQTT-SN')
  await app.button('Open one and restart the broker').click()
  await learn.act(1, 'Connect the node')
  await learn.expectDone(1)
  for (const library of ['Python', 'Node.js'] as const) {
    const code = await learn.program(library)
    if (library === 'Python') await run('/usr/bin/python3', ['-c', code])
    else await run(process.execPath, ['--input-type=module', '-e', code], { cwd: project })
  }
  await learn.expectDone(2)
})

test('every program is of its language', async () => {
  const place = { host: '127.0.0.1', port: await freePort(), snPort: 1884 }
  for (const lesson of LESSON_IDS)
    for (const { id, code } of programs(lesson, place)) {
      if (id.startsWith('paho') || id === 'python')
        execFileSync('/usr/bin/python3', ['-c', 'import ast, sys; ast.parse(sys.stdin.read())'], {
          input: code
        })
      else if (id === 'mosquitto') execFileSync('bash', ['-n'], { input: code })
      else execFileSync(process.execPath, ['--input-type=module', '--check'], { input: code })
    }
})
