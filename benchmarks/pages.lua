-- Opens one page over and over, as somebody who is logged in.
--
--   wrk -t 2 -c 8 … -s pages.lua ADDRESS -- COOKIE

function init(arguments)
  wrk.headers["Cookie"] = arguments[1]
  wrk.headers["Accept"] = "text/html"
  wrk.headers["Accept-Encoding"] = "gzip"
end

function done(summary, latency, requests)
  local wrong = summary.errors
  io.write(string.format('RESULT {"requests": %d, "duration_us": %d, "p50_us": %d, "p95_us": %d, "octets": %d, "errors": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95), summary.bytes,
    wrong.connect + wrong.read + wrong.write + wrong.status + wrong.timeout))
end
