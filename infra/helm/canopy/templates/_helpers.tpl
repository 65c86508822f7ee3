{{/* Labels of one part, given as (list . "part"). */}}
{{- define "canopy.labels" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: canopy
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end }}

{{/*
What every pod here is: no root, nothing writable, no capabilities, no token of the cluster. And no variables that tell of
services: those of one named control or compositor would be taken for misspelt settings.
*/}}
{{- define "canopy.podSecurity" -}}
automountServiceAccountToken: false
enableServiceLinks: false
securityContext:
  runAsNonRoot: true
  runAsUser: 1000
  runAsGroup: 1000
  fsGroup: 1000
  seccompProfile: { type: RuntimeDefault }
{{- end }}

{{/* Where pods run, and who may pull their images. */}}
{{- define "canopy.podPlace" -}}
{{- with .Values.image.pullSecrets }}
imagePullSecrets:
  {{- range . }}
  - name: {{ . }}
  {{- end }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector: {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations: {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{- define "canopy.containerSecurity" -}}
securityContext:
  readOnlyRootFilesystem: true
  allowPrivilegeEscalation: false
  capabilities: { drop: [ALL] }
{{- end }}

{{- define "canopy.tag" -}}
{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Who pods are to the cloud, where recordings are in a bucket. */}}
{{- define "canopy.serviceAccount" -}}
{{ .Values.serviceAccount.name | default .Release.Name }}
{{- end }}

{{/* Traces by OTLP, where there is somebody to send them to; each process names itself by its pod. */}}
{{- define "canopy.traces" -}}
{{- with .Values.traces.endpoint -}}
- { name: OTEL_EXPORTER_OTLP_ENDPOINT, value: {{ . | quote }} }
- { name: OTEL_TRACES_SAMPLER, value: parentbased_traceidratio }
- { name: OTEL_TRACES_SAMPLER_ARG, value: {{ $.Values.traces.ratio | quote }} }
- name: POD_NAME
  valueFrom: { fieldRef: { fieldPath: metadata.name } }
- { name: OTEL_RESOURCE_ATTRIBUTES, value: service.instance.id=$(POD_NAME) }
{{- end }}
{{- end }}
