import { addressOf, isTls, isWebSocket } from './listeners'
import type { Snippet, SnippetTarget } from './snippet'

/** Programs for boards: Arduino and ESP-IDF in C++ and C, and MicroPython. The Wi-Fi's name and password are left to the person. */
export function deviceSnippets(target: SnippetTarget): Snippet[] {
  return [
    {
      id: 'arduino',
      title: 'Arduino',
      library: 'PubSubClient',
      install: 'arduino-cli lib install PubSubClient',
      language: 'cpp',
      needsWifi: true,
      code: isWebSocket(target) ? null : arduino(target)
    },
    {
      id: 'espidf',
      title: 'ESP-IDF',
      library: 'esp-mqtt',
      install: 'idf_component_register(SRCS main.c REQUIRES mqtt)',
      language: 'c',
      needsWifi: false,
      code: espIdf(target)
    },
    {
      id: 'micropython',
      title: 'MicroPython',
      library: 'umqtt.simple',
      install: 'mpremote mip install umqtt.simple',
      language: 'python',
      needsWifi: true,
      code: isWebSocket(target) ? null : microPython(target)
    }
  ]
}

function arduino(target: SnippetTarget): Snippet['code'] {
  const secure = isTls(target)
  const head = (callback: string): string => `#include <WiFi.h>
${secure ? '#include <WiFiClientSecure.h>\n' : ''}#include <PubSubClient.h>

${secure ? `const char ca[] = R"(${target.caPem.trim()}\n)";\n\nWiFiClientSecure` : 'WiFiClient'} network;
PubSubClient client(network);
${callback}
void setup() {
  Serial.begin(115200);
  WiFi.begin("SSID", "PASSWORD");
  while (WiFi.status() != WL_CONNECTED) delay(100);
${secure ? '  // Certificates need the time.\n  configTime(0, 0, "pool.ntp.org");\n  while (time(nullptr) < 1700000000) delay(100);\n  network.setCACert(ca);\n' : ''}  client.setServer("${target.host}", ${target.port});
`
  return {
    publish: `${head('')}}

void loop() {
  if (!client.connected() && !client.connect("arduino-publisher")) {
    delay(1000);
    return;
  }
  client.publish("test", "hello!");
  client.loop();
  delay(5000);
}
`,
    subscribe: `${head(`
void onMessage(char* topic, byte* payload, unsigned int length) {
  Serial.printf("%s %.*s\\n", topic, (int)length, (const char*)payload);
}
`)}  client.setCallback(onMessage);
}

void loop() {
  if (!client.connected()) {
    if (!client.connect("arduino-subscriber")) {
      delay(1000);
      return;
    }
    client.subscribe("test", 1);
  }
  client.loop();
}
`
  }
}

function espIdf(target: SnippetTarget): Snippet['code'] {
  const secure = isTls(target)
  const lines = target.caPem.trim().split('\n')
  const head = `#include <stdio.h>
#include "mqtt_client.h"

${secure ? `static const char ca[] =\n${lines.map((line) => `    "${line}\\n"`).join('\n')};\n\n` : ''}`
  const start = `
// Call this once Wi-Fi is connected.
void start_mqtt(void)
{
    esp_mqtt_client_config_t config = {
        .broker.address.uri = "${addressOf(target)}",
${secure ? '        .broker.verification.certificate = ca,\n' : ''}    };
    esp_mqtt_client_handle_t client = esp_mqtt_client_init(&config);
    esp_mqtt_client_register_event(client, ESP_EVENT_ANY_ID, on_event, NULL);
    esp_mqtt_client_start(client);
}
`
  return {
    publish: `${head}static void on_event(void *arg, esp_event_base_t base, int32_t id, void *data)
{
    esp_mqtt_event_handle_t event = data;
    if (id == MQTT_EVENT_CONNECTED)
        esp_mqtt_client_publish(event->client, "test", "hello!", 0, 1, 0);
}
${start}`,
    subscribe: `${head}static void on_event(void *arg, esp_event_base_t base, int32_t id, void *data)
{
    esp_mqtt_event_handle_t event = data;
    if (id == MQTT_EVENT_CONNECTED)
        esp_mqtt_client_subscribe(event->client, "test", 1);
    if (id == MQTT_EVENT_DATA)
        printf("%.*s %.*s\\n", event->topic_len, event->topic, event->data_len, event->data);
}
${start}`
  }
}

function microPython(target: SnippetTarget): Snippet['code'] {
  const secure = isTls(target)
  const { host, port } = target
  const head = (id: string): string => `import network
import time
${secure ? 'import binascii\nimport ntptime\nimport ssl\n' : ''}from umqtt.simple import MQTTClient

wifi = network.WLAN(network.STA_IF)
wifi.active(True)
wifi.connect('SSID', 'PASSWORD')
while not wifi.isconnected():
    time.sleep_ms(100)

${
  secure
    ? `# Certificates need the time.
ntptime.settime()
context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
context.verify_mode = ssl.CERT_REQUIRED
context.load_verify_locations(cadata=binascii.a2b_base64(
${derOf(target.caPem)
  .map((line) => `    '${line}'`)
  .join('\n')}
))
client = MQTTClient('${id}', '${host}', ${port}, ssl=context)`
    : `client = MQTTClient('${id}', '${host}', ${port})`
}
`
  return {
    publish: `${head('micropython-publisher')}client.connect()
client.publish(b'test', b'hello!', qos=1)
client.disconnect()
`,
    subscribe: `${head('micropython-subscriber')}
def on_message(topic, payload):
    print(topic.decode(), payload.decode())

client.set_callback(on_message)
client.connect()
client.subscribe(b'test', qos=1)
while True:
    client.wait_msg()
`
  }
}

/** The base64 lines of a PEM certificate. */
function derOf(pem: string): string[] {
  return pem.split('\n').filter((line) => line !== '' && !line.startsWith('-----'))
}
