import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Desktop } from './fixtures/desktop'
import { logOf } from './fixtures/log'
import { UpdateServer } from './fixtures/update-server'
import { AppPage } from './pages/app'
import { UpdatesPage } from './pages/updates'
import { expect, test as base } from './test'

/** The shipped bundles with electron-updater, on the stand-in for Electron, and a server that publishes versions. */
const test = base.extend<{ desktop: Desktop; server: UpdateServer }>({
  desktop: async ({ newTreetop }, use) => {
    await use(newTreetop() as Desktop)
  },
  server: async ({ browserName: _ }, use) => {
    const server = new UpdateServer()
    await server.start()
    await use(server)
    await server.remove()
  }
})

async function open(desktop: Desktop): Promise<{ app: AppPage; updates: UpdatesPage }> {
  const page = await desktop.page()
  await page.locator('[data-ready="true"]').waitFor()
  return { app: new AppPage(page), updates: new UpdatesPage(page) }
}

async function check(desktop: Desktop): Promise<{ app: AppPage; updates: UpdatesPage }> {
  const opened = await open(desktop)
  await opened.app.go('Settings')
  await opened.app.button('Check now').click()
  return opened
}

test('the first start does not ask about updates, the second asks once; without consent no request is sent', async ({
  desktop,
  server
}) => {
  const system = server.package('AppImage')
  await desktop.start(system)
  const first = await open(desktop)
  await expect(first.updates.bar).toBeHidden()
  await first.app.go('Settings')
  await expect(first.updates.daily).toHaveAttribute('aria-checked', 'false')
  await expect(first.updates.section).toContainText('Not checked yet')
  await desktop.stop()

  await desktop.start(system)
  const second = await open(desktop)
  await expect(second.updates.bar).toContainText('sends nothing about you')
  await second.updates.bar.getByRole('button', { name: 'No' }).click()
  await expect(second.updates.bar).toBeHidden()
  // The page hides the bar before main has stored the answer.
  await expect
    .poll(() => readFileSync(join(desktop.dataDirectory, 'settings.json'), 'utf8'))
    .toMatch(/"updates": ?"off"/)
  await desktop.stop()

  await desktop.start(system)
  const third = await open(desktop)
  await expect(third.app.button(/^Start local broker/)).toBeVisible()
  await expect(third.updates.bar).toBeHidden()
  await desktop.stop()
  expect(server.paths()).toEqual([])
})

test('with consent it checks once, identifies nothing about the user, downloads the update and installs it', async ({
  desktop,
  server
}) => {
  const system = server.package('AppImage')
  await desktop.start(system)
  await open(desktop)
  await desktop.stop()
  await desktop.start(system)
  const { app, updates } = await open(desktop)
  await updates.bar.getByRole('button', { name: 'Yes, once a day' }).click()
  await expect(updates.bar).toContainText('Treetop 9.9.9 is available')
  expect(server.paths()).toEqual([server.list])

  await updates.bar.getByRole('button', { name: 'Download' }).click()
  await expect(updates.bar).toContainText('is downloaded and verified')
  expect(server.paths()).toEqual([server.list, server.file])
  for (const { headers } of server.requests) {
    const told = Object.keys(headers).filter(
      (name) => !['accept', 'cache-control', 'connection', 'host'].includes(name)
    )
    expect(told).toEqual(['user-agent'])
    expect(headers['user-agent']).toBe('Treetop')
  }

  await app.go('Settings')
  await updates.section.getByRole('button', { name: 'Restart and install' }).click()
  expect(await desktop.ended()).toBe(0)
  await expect
    .poll(() => existsSync(server.mark) && readFileSync(server.mark, 'utf8').trim())
    .toBe(server.appImage)
  expect(readFileSync(server.appImage)).toEqual(server.published.get(server.file))
  expect(existsSync(join(desktop.dataDirectory, 'lock'))).toBe(false)
  const log = logOf(desktop)
  expect(log).toContain('version 9.9.9 is installed')
})

test('a download that does not match the published file is discarded', async ({ desktop, server }) => {
  server.publish(Buffer.from('#!/bin/sh\necho evil\n'), 'x'.repeat(86) + '==')
  await desktop.start(server.package('AppImage'))
  const { updates } = await check(desktop)
  await updates.section.getByRole('button', { name: 'Download' }).click()
  await expect(updates.section).toContainText('does not match its published checksum')
  await expect(updates.section.getByRole('button', { name: 'Restart and install' })).toBeHidden()
  expect(existsSync(join(server.folder, 'cache/treetop-updater/pending', server.file))).toBe(false)
  expect(readFileSync(server.appImage, 'utf8')).toBe('#!/bin/sh\n')
})

test('each failure has its own message: no network, no release, an invalid response, no update address', async ({
  desktop,
  server
}) => {
  const system = server.package('AppImage')
  await desktop.start(system)
  const list = server.published.get(server.list)!
  const { app, updates } = await check(desktop)
  await expect(updates.section).toContainText('Treetop 9.9.9 is available')
  await desktop.stop()

  server.published.set(server.list, Buffer.from(list.toString().replace('9.9.9', '0.0.1')))
  await desktop.start(system)
  await check(desktop)
  const again = new UpdatesPage(await desktop.page())
  await expect(again.section).toContainText('Treetop is up to date')
  const button = again.page.getByRole('button', { name: 'Check now' })

  server.published.delete(server.list)
  await button.click()
  await expect(again.section).toContainText('No version for this system is published')
  server.published.set(server.list, Buffer.from('version: [nonsense'))
  await button.click()
  await expect(again.section).toContainText('could not be read')
  await server.stop()
  await button.click()
  await expect(again.section).toContainText('Check the network')
  await expect(again.section.getByRole('link')).toHaveAttribute('href', 'https://treetop.example/releases')
  await desktop.stop()

  rmSync(join(server.folder, 'resources/app-update.yml'))
  await desktop.start(system)
  await check(desktop)
  await expect(new UpdatesPage(await desktop.page()).section).toContainText('does not know where')
  void app
})

test('while recording it asks before downloading and before installing', async ({ desktop, server }) => {
  await desktop.start(server.package('AppImage'))
  const { app, updates } = await open(desktop)
  await app.startLocalBroker()
  await app.go('Settings')
  await app.button('Check now').click()
  const download = updates.section.getByRole('button', { name: 'Download' })
  await download.click()
  await expect(updates.doubt).toContainText('Recording continues')
  await updates.doubt.getByRole('button', { name: 'Cancel' }).last().click()
  expect(server.paths()).toEqual([server.list])
  await download.click()
  await updates.doubt.getByRole('button', { name: 'Download' }).click()
  const install = updates.section.getByRole('button', { name: 'Restart and install' })
  await install.click()
  await expect(updates.doubt).toContainText('are missed')
  await updates.doubt.getByRole('button', { name: 'Cancel' }).last().click()
  expect(desktop.running).toBe(true)
  await app.expectOnline()
  await install.click()
  await updates.doubt.getByRole('button', { name: 'Restart and install' }).click()
  expect(await desktop.ended()).toBe(0)
  await expect.poll(() => existsSync(server.mark)).toBe(true)
})

test('a package that cannot update itself shows where to get the new version and downloads nothing', async ({
  desktop,
  server
}) => {
  await desktop.start(server.package('deb'))
  const { app, updates } = await check(desktop)
  await expect(updates.section).toContainText('Treetop 9.9.9 is available')
  await expect(updates.section.getByRole('button', { name: 'Download' })).toBeHidden()
  await app.go('Topics')
  await desktop.answer('message', { response: 0 })
  await updates.bar.getByRole('link', { name: 'Open the download page' }).click()
  await expect.poll(async () => (await desktop.state()).opened).toEqual(['https://treetop.example/releases'])
  const [question] = (await desktop.state()).shown
  expect(question).toMatchObject({ kind: 'message', options: { detail: 'https://treetop.example/releases' } })
  expect(server.paths()).toEqual([server.list])
})

test('the menu checks for updates; an unpackaged build does not update', async ({ desktop, server }) => {
  await desktop.start(server.package('AppImage'))
  const { updates } = await open(desktop)
  await desktop.ask('menu', ['Help', 'Check for Updates…'])
  await expect(updates.section).toContainText('Treetop 9.9.9 is available')
  await desktop.stop()
  await desktop.start()
  const plain = await open(desktop)
  await plain.app.go('Settings')
  await expect(plain.updates.section).toContainText('development build')
  await expect(plain.app.button('Check now')).toBeHidden()
})
