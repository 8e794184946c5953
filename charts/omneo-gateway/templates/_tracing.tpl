{{/* Variables of traces. Without a collector there are none, and those of the user's own may be in extraEnv. */}}
{{- define "omneo-gateway.tracingEnv" -}}
{{- with .Values.tracing }}
{{- if .endpoint }}
{{- $texts := dict
  "OTEL_EXPORTER_OTLP_ENDPOINT" .endpoint
  "OTEL_TRACES_SAMPLER" .sampler
  "OTEL_TRACES_SAMPLER_ARG" (toString .samplerArg)
  "OTEL_SERVICE_NAME" .serviceName
  "OTEL_RESOURCE_ATTRIBUTES" (include "omneo-gateway.resourceAttributes" .resourceAttributes) }}
{{- range $name, $text := $texts }}
{{- with $text }}
- name: {{ $name }}
  value: {{ . | quote }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{/* Attributes as a list of key=value, whose values have no comma of their own: a query would have + for a blank. */}}
{{- define "omneo-gateway.resourceAttributes" -}}
{{- $pairs := list }}
{{- range $name, $text := . }}
{{- $pairs = append $pairs (printf "%s=%s" $name (urlquery $text | replace "+" "%20")) }}
{{- end }}
{{- join "," $pairs }}
{{- end }}
