/** `treetop replay --help`. */
export const usage = (directory: string): string => `Usage: treetop replay [options] FILE.treetop --to URL
       treetop replay [options] --profile NAME --to URL

Publishes recorded messages again, in their order and with their distances in time. A broker that takes them more slowly
makes the replay late; nothing is left out. URL is mqtt, mqtts, ws or wss://HOST[:PORT].

What is replayed:
  --profile NAME     the history of a profile (name or id) instead of a recording
  --data-dir D       data directory of the profile (default: ${directory})
  --filter F         only topics that match this topic filter; may be given several times
  --exclude F        no topics that match this topic filter; may be given several times
  --from T           only messages received at T or later
  --until T          only messages received before T
  --state S          first publish the state at --from, as retained messages: retained (what the broker retained) or
                     last (the last message of each topic)
  --published        also messages that Treetop published itself

How it is published:
  --speed N          multiple of the recorded speed, from 0.1 to 100, or max: as fast as the broker takes it (1)
  --loop             begin again after the last message, until Ctrl+C
  --prefix TEXT      put TEXT before each topic
  --strip TEXT       replace TEXT at the beginning of topics by --prefix, and leave other topics as they are
  --now              make the times in JSON payloads current: ISO 8601, and seconds, ms and µs since 1970
  --pointer P        make only the times at this JSON Pointer current, such as /time; may be given several times
  --qos N            QoS 0, 1 or 2 (default: as recorded)
  --retain           publish all messages as retained
  --no-retain        publish no messages as retained, except those of --state

The broker:
  --mqtt V           MQTT version: 3.1, 3.1.1 or 5 (default: 5)
  --username NAME    user name; default: the one in the URL
  --password-file F  file with the password; default: the password in the URL
  --ca F             PEM file with the certificate to trust
  --insecure         do not verify the broker's certificate
  --help             print this help

T is ISO 8601 (2026-11-23, 2026-11-23T13:05; local time unless a zone is given), or seconds or ms since 1970 UTC.

Examples:
  treetop replay plant.treetop --to mqtt://localhost
  treetop replay plant.treetop --to mqtt://localhost --speed 10 --now --filter 'plant/line1/#'
  treetop replay plant.treetop --to mqtts://test.example.org --username eva --strip plant/ --prefix test/ --loop
  treetop replay --profile Plant --from 2026-11-23T13:00 --until 2026-11-23T13:10 --state last --to mqtt://localhost

Exit status: 0 everything was published, 1 failure, cancelled, or messages that the broker refused, 2 wrong usage.
`
