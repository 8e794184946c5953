{{- define "omneo-gateway.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{/* At most 52 characters: what is appended to it must fit into a label of 63. */}}
{{- define "omneo-gateway.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" }}
{{- else if contains .Chart.Name .Release.Name }}
{{- .Release.Name | trunc 52 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* For objects outside of the release's namespace, where another release may have the same name. */}}
{{- define "omneo-gateway.clusterName" -}}
{{- printf "%s:%s" (include "omneo-gateway.fullname" .) .Release.Namespace }}
{{- end }}

{{/* What the Pods of the gateway are found by; the Pod of `helm test` has another component. */}}
{{- define "omneo-gateway.selectorLabels" -}}
app.kubernetes.io/name: {{ include "omneo-gateway.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: gateway
{{- end }}

{{- define "omneo-gateway.labels" -}}
{{- $own := dict
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_")
  "app.kubernetes.io/name" (include "omneo-gateway.name" .)
  "app.kubernetes.io/instance" .Release.Name
  "app.kubernetes.io/version" .Chart.AppVersion
  "app.kubernetes.io/part-of" .Chart.Name
  "app.kubernetes.io/managed-by" .Release.Service }}
{{- toYaml (merge $own .Values.commonLabels) }}
{{- end }}

{{- define "omneo-gateway.image" -}}
{{- with .Values.image }}
{{- if .digest }}
{{- printf "%s@%s" .repository .digest }}
{{- else }}
{{- printf "%s:%s" .repository (default $.Chart.AppVersion .tag) }}
{{- end }}
{{- end }}
{{- end }}

{{- define "omneo-gateway.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "omneo-gateway.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Where tenants come from: cluster (this one), kubeconfig (another one) or folder. */}}
{{- define "omneo-gateway.source" -}}
{{- if .Values.tenantsFolder.existingSecret -}} folder
{{- else if .Values.kubeconfig.existingSecret -}} kubeconfig
{{- else -}} cluster
{{- end }}
{{- end }}

{{- define "omneo-gateway.leaseName" -}}
{{- default (include "omneo-gateway.fullname" .) .Values.leaseName }}
{{- end }}

{{/* Least number of Pods that there will be. */}}
{{- define "omneo-gateway.replicas" -}}
{{- if .Values.autoscaling.enabled }}
{{- .Values.autoscaling.minReplicas | int }}
{{- else if kindIs "invalid" .Values.replicas -}} 1
{{- else }}
{{- .Values.replicas | int }}
{{- end }}
{{- end }}

{{/* Least whole number of seconds in which the preStop sleep and the drain both end. */}}
{{- define "omneo-gateway.stopSeconds" -}}
{{- $drainMs := kindIs "invalid" .Values.config.drainMs | ternary 20000 .Values.config.drainMs }}
{{- add (.Values.preStopSleepSeconds | int) (divf $drainMs 1000 | ceil | int) }}
{{- end }}

{{- define "omneo-gateway.terminationGracePeriodSeconds" -}}
{{- if kindIs "invalid" .Values.terminationGracePeriodSeconds }}
{{- add (include "omneo-gateway.stopSeconds" . | int) 5 }}
{{- else }}
{{- .Values.terminationGracePeriodSeconds | int }}
{{- end }}
{{- end }}

{{/* Two Pods at once must not each have a memory of their own. */}}
{{- define "omneo-gateway.updateStrategy" -}}
{{- if .Values.updateStrategy }}
{{- toYaml .Values.updateStrategy }}
{{- else if eq .Values.ledger.type "memory" -}}
type: Recreate
{{- else -}}
type: RollingUpdate
rollingUpdate:
  maxSurge: 1
  maxUnavailable: 0
{{- end }}
{{- end }}

{{/*
"true" if an object of an optional CRD is to be rendered.
Takes a dict with context, apiVersion and kind.
*/}}
{{- define "omneo-gateway.isRendered" -}}
{{- $mode := .context.Values.renderMode }}
{{- $known := .context.Capabilities.APIVersions.Has (printf "%s/%s" .apiVersion .kind) }}
{{- if and (eq $mode "failIfMissing") (not $known) }}
{{- fail (printf "The cluster does not know %s of %s: install its CRD, or set renderMode to skipIfMissing." .kind .apiVersion) }}
{{- end }}
{{- if or $known (eq $mode "alwaysRender") -}} true {{- end }}
{{- end }}

{{/* Ports of a NetworkPolicy: a list of numbers by TCP. */}}
{{- define "omneo-gateway.tcpPorts" -}}
{{- range . }}
- port: {{ . | int }}
  protocol: TCP
{{- end }}
{{- end }}

{{/* Labels of the Pod of `helm test`, which is none of the gateway's. */}}
{{- define "omneo-gateway.testLabels" -}}
app.kubernetes.io/name: {{ include "omneo-gateway.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: test
{{- end }}
