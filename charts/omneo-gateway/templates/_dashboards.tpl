{{/* Distinguishes the dashboards of releases, which share one Grafana even from different namespaces. */}}
{{- define "omneo-gateway.releaseDigest" -}}
{{- printf "%s/%s" .Release.Namespace (include "omneo-gateway.fullname" .) | sha256sum | trunc 8 }}
{{- end }}

{{/* The uid of a dashboard in this release; Grafana allows 40 characters. Takes a dict with context and uid. */}}
{{- define "omneo-gateway.dashboardUID" -}}
{{- printf "%s-%s" (trunc 31 .uid) (include "omneo-gateway.releaseDigest" .context) }}
{{- end }}

{{/*
A dashboard with a uid and a title of its own: while two dashboards of one folder share either, Grafana imports no new
dashboard at all (grafana/grafana#39467). Takes a dict with context and text.
*/}}
{{- define "omneo-gateway.dashboard" -}}
{{- $text := .text }}
{{- $dashboard := fromJson $text }}
{{- $own := dict "title" (printf "%s (%s/%s)" $dashboard.title .context.Release.Namespace (include "omneo-gateway.fullname" .context)) }}
{{- with $dashboard.uid }}
{{- $own = set $own "uid" (include "omneo-gateway.dashboardUID" (dict "context" $.context "uid" .)) }}
{{- end }}
{{- range $key, $value := $own }}
{{- $old := printf `"%s":\s*%s` $key (get $dashboard $key | toRawJson | regexQuoteMeta) }}
{{- $text = regexReplaceAllLiteral $old $text (printf `"%s": %s` $key (toRawJson $value)) }}
{{- end }}
{{- trim $text }}
{{- end }}
