// splunk-sdk relies on `arguments.callee`, which ES modules forbid: it stays a CommonJS module of its own, in the
// package too. Only these parts are loaded: its Node.js transport would read a `.env` file and skip certificate checks.
module.exports = {
  Http: require('splunk-sdk/lib/http.js'),
  Service: require('splunk-sdk/lib/service.js'),
}
