{{/* "true" if one Pod alone may have the ledger, so that no two may run at once, not even during an upgrade. */}}
{{- define "omneo-gateway.isForOnePod" -}}
{{- if has .Values.ledger.type (list "sqlite" "memory") -}} true {{- end }}
{{- end }}

{{- define "omneo-gateway.ledgerClaim" -}}
{{- default (printf "%s-ledger" (include "omneo-gateway.fullname" .)) .Values.ledger.sqlite.existingClaim }}
{{- end }}

{{/* "true" if the ledger stores webhooks, and so has keys that seal them. */}}
{{- define "omneo-gateway.hasLedgerKey" -}}
{{- if has .Values.ledger.type (list "sqlite" "postgres") -}} true {{- end }}
{{- end }}

{{- define "omneo-gateway.ledgerKeySecret" -}}
{{- default (printf "%s-ledger-key" (include "omneo-gateway.fullname" .)) .Values.ledger.keySecret.name }}
{{- end }}

{{/* Where the keys are mounted, as a file. That of the Secret that the chart makes always has the same name. */}}
{{- define "omneo-gateway.ledgerKeyFile" -}}
{{- printf "/etc/omneo-gateway/ledger-key/%s" (empty .Values.ledger.keySecret.name | ternary "keys" .Values.ledger.keySecret.key) }}
{{- end }}

{{/* Variables that say where the ledger is. The URL of a database is a secret, so the others are put behind it by name. */}}
{{- define "omneo-gateway.ledgerEnv" -}}
{{- if eq .Values.ledger.type "postgres" -}}
- name: POSTGRES_URL
  valueFrom:
    secretKeyRef:
      name: {{ .Values.ledger.postgres.existingSecret | quote }}
      key: {{ .Values.ledger.postgres.key | quote }}
- name: LEDGER_URL
  value: {{ printf "$(POSTGRES_URL)%s" (include "omneo-gateway.postgresParameters" .) | quote }}
{{- else -}}
- name: LEDGER_URL
  value: {{ eq .Values.ledger.type "sqlite" | ternary "sqlite:/var/lib/omneo-gateway/ledger.db" "memory:" | quote }}
{{- end }}
{{- if include "omneo-gateway.hasLedgerKey" . }}
- name: LEDGER_KEY_FILE
  value: {{ include "omneo-gateway.ledgerKeyFile" . | quote }}
{{- end }}
{{- end }}

{{/* The end of the URL, by libpq's names; empty if the URL of the Secret is all. */}}
{{- define "omneo-gateway.postgresParameters" -}}
{{- $folder := "/etc/omneo-gateway/postgres" }}
{{- $parameters := list }}
{{- with .Values.ledger.postgres }}
{{- with .sslMode }}
{{- $parameters = append $parameters (printf "sslmode=%s" .) }}
{{- end }}
{{- if .ca.existingSecret }}
{{- $parameters = append $parameters (printf "sslrootcert=%s/ca/%s" $folder .ca.key) }}
{{- end }}
{{- if .clientCertificate.existingSecret }}
{{- $parameters = append $parameters (printf "sslcert=%s/client/tls.crt&sslkey=%s/client/tls.key" $folder $folder) }}
{{- end }}
{{- if .passfile.existingSecret }}
{{- $parameters = append $parameters (printf "passfile=%s/passfile/%s" $folder .passfile.key) }}
{{- end }}
{{- end }}
{{- with $parameters }}
{{- printf "?%s" (join "&" .) }}
{{- end }}
{{- end }}

{{/* Secrets of the Postgres ledger that are files, by the name of their folder. */}}
{{- define "omneo-gateway.postgresFiles" -}}
{{- $secrets := dict }}
{{- if eq .Values.ledger.type "postgres" }}
{{- with .Values.ledger.postgres }}
{{- range $folder, $secret := dict "ca" .ca.existingSecret "client" .clientCertificate.existingSecret "passfile" .passfile.existingSecret }}
{{- if $secret }}
{{- $_ := set $secrets $folder $secret }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- toYaml $secrets }}
{{- end }}

{{- define "omneo-gateway.ledgerVolumes" -}}
{{- if eq .Values.ledger.type "sqlite" }}
- name: ledger
  persistentVolumeClaim:
    claimName: {{ include "omneo-gateway.ledgerClaim" . | quote }}
{{- end }}
{{- range $folder, $secret := include "omneo-gateway.postgresFiles" . | fromYaml }}
- name: postgres-{{ $folder }}
  secret:
    secretName: {{ $secret | quote }}
    defaultMode: 0440
{{- end }}
{{- if include "omneo-gateway.hasLedgerKey" . }}
- name: ledger-key
  secret:
    secretName: {{ include "omneo-gateway.ledgerKeySecret" . | quote }}
    defaultMode: 0440
{{- end }}
{{- end }}

{{- define "omneo-gateway.ledgerMounts" -}}
{{- if eq .Values.ledger.type "sqlite" }}
- name: ledger
  mountPath: /var/lib/omneo-gateway
{{- end }}
{{- range $folder, $_ := include "omneo-gateway.postgresFiles" . | fromYaml }}
- name: postgres-{{ $folder }}
  mountPath: /etc/omneo-gateway/postgres/{{ $folder }}
  readOnly: true
{{- end }}
{{- if include "omneo-gateway.hasLedgerKey" . }}
- name: ledger-key
  mountPath: /etc/omneo-gateway/ledger-key
  readOnly: true
{{- end }}
{{- end }}

{{/* ledger.type of a Deployment that is there already. Only releases with Redis took LEDGER_URL itself from a Secret. */}}
{{- define "omneo-gateway.ledgerOf" -}}
{{- range $container := .spec.template.spec.containers }}
{{- range .env }}
{{- if and (eq $container.name "gateway") (eq .name "LEDGER_URL") }}
{{- if hasKey . "valueFrom" -}} redis
{{- else if hasPrefix "sqlite:" (default "" .value) -}} sqlite
{{- else if hasPrefix "$(POSTGRES_URL)" (default "" .value) -}} postgres
{{- else -}} memory
{{- end }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}
