/** Generated from crds/omneotenants.omneo.io.yaml by `npm run generate`: change the CRD instead. */
import func2Module from "ajv/dist/runtime/ucs2length.js";
"use strict";
export const validateTenant = validate10;
const schema11 = {"type":"object","required":["apiVersion","kind","metadata","spec"],"properties":{"apiVersion":{"type":"string","const":"omneo.io/v1alpha1"},"kind":{"type":"string","const":"OmneoTenant"},"metadata":{"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":253,"pattern":"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$","example":"acme"},"namespace":{"type":"string","maxLength":63,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$","example":"loyalty"},"uid":{"type":"string"},"resourceVersion":{"type":"string"},"generation":{"type":"integer"},"creationTimestamp":{"type":"string"},"labels":{"type":"object","additionalProperties":{"type":"string"}},"annotations":{"type":"object","additionalProperties":{"type":"string"}}},"additionalProperties":true},"spec":{"type":"object","required":["omneo","klaviyo"],"properties":{"slug":{"type":"string","maxLength":63,"example":"acme"},"suspend":{"type":"boolean","default":false},"omneo":{"type":"object","required":["credentials"],"properties":{"tenant":{"type":"string","maxLength":63,"pattern":"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$","example":"acme"},"baseURL":{"type":"string","maxLength":512,"minLength":1,"example":"https://api.acme.getomneo.com/api/v3"},"callsPerMinute":{"type":"integer","format":"int32","minimum":1,"maximum":100000},"credentials":{"type":"object","properties":{"oauth":{"type":"object","required":["secretRef"],"properties":{"grantType":{"type":"string","enum":["client_credentials","password"],"default":"client_credentials"},"tokenURL":{"type":"string","maxLength":512,"minLength":1,"example":"https://api.acme.getomneo.com/api/v3/auth/token"},"scope":{"type":"string","default":"*","minLength":1,"maxLength":256,"pattern":"^[!#-\\[\\]-~]+( [!#-\\[\\]-~]+)*$","example":"*"},"secretRef":{"type":"object","required":["name"],"properties":{"name":{"type":"string","minLength":1,"maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$","example":"acme-omneo"}},"additionalProperties":false}},"additionalProperties":false},"token":{"type":"object","required":["secretRef"],"properties":{"secretRef":{"type":"object","required":["name"],"properties":{"name":{"type":"string","minLength":1,"maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$","example":"acme-omneo"},"key":{"type":"string","minLength":1,"maxLength":253,"pattern":"^[-._a-zA-Z0-9]+$","example":"token"}},"additionalProperties":false}},"additionalProperties":false}},"additionalProperties":false}},"additionalProperties":false},"klaviyo":{"type":"object","required":["secretRefs"],"properties":{"secretRefs":{"type":"array","minItems":1,"maxItems":4,"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string","minLength":1,"maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$","example":"acme-omneo"},"key":{"type":"string","minLength":1,"maxLength":253,"pattern":"^[-._a-zA-Z0-9]+$","example":"webhook-secret"},"actions":{"type":"array","minItems":1,"maxItems":8,"items":{"type":"string","enum":["rewards","benefits","credits","interactions","attributes"]}},"rewardDefinitions":{"type":"array","minItems":1,"maxItems":200,"items":{"type":"integer","format":"int64","minimum":1,"maximum":9007199254740991}}},"additionalProperties":false}},"rehearsalSecretRefs":{"type":"array","maxItems":4,"items":{"type":"object","required":["name"],"properties":{"name":{"type":"string","minLength":1,"maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$","example":"acme-omneo"},"key":{"type":"string","minLength":1,"maxLength":253,"pattern":"^[-._a-zA-Z0-9]+$","example":"webhook-secret"},"actions":{"type":"array","minItems":1,"maxItems":8,"items":{"type":"string","enum":["rewards","benefits","credits","interactions","attributes"]}},"rewardDefinitions":{"type":"array","minItems":1,"maxItems":200,"items":{"type":"integer","format":"int64","minimum":1,"maximum":9007199254740991}}},"additionalProperties":false}},"actions":{"type":"array","minItems":1,"maxItems":8,"items":{"type":"string","enum":["rewards","benefits","credits","interactions","attributes"]}},"identityHandle":{"type":"string","default":"klaviyo","minLength":1,"maxLength":64,"pattern":"^[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$","example":"klaviyo"},"identifiers":{"type":"string","enum":["both","any"],"default":"both"},"events":{"type":"object","required":["secretRef"],"properties":{"secretRef":{"type":"object","required":["name"],"properties":{"name":{"type":"string","minLength":1,"maxLength":253,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$","example":"acme-klaviyo"},"key":{"type":"string","minLength":1,"maxLength":253,"pattern":"^[-._a-zA-Z0-9]+$","example":"api-key"}},"additionalProperties":false}},"additionalProperties":false}},"additionalProperties":false},"rewards":{"type":"object","default":{},"properties":{"timezone":{"type":"string","default":"UTC","minLength":1,"maxLength":64,"pattern":"^[A-Za-z][-+_/A-Za-z0-9]*$","example":"Australia/Melbourne"},"expiresAfter":{"type":"string","maxLength":5,"pattern":"^[1-9][0-9]{0,3}[hdw]$","example":"30d"}},"additionalProperties":false},"limits":{"type":"object","properties":{"rewardDefinitions":{"type":"array","minItems":1,"maxItems":200,"items":{"type":"integer","format":"int64","minimum":1,"maximum":9007199254740991}},"maxAmount":{"type":"number","minimum":0.01,"maximum":1000000000},"perDay":{"type":"object","properties":{"rewards":{"type":"integer","format":"int64","minimum":1,"maximum":1000000000},"amount":{"type":"number","minimum":0.01,"maximum":1000000000000}},"additionalProperties":false},"perProfilePerDay":{"type":"object","properties":{"rewards":{"type":"integer","format":"int64","minimum":1,"maximum":1000000000},"amount":{"type":"number","minimum":0.01,"maximum":1000000000000}},"additionalProperties":false}},"additionalProperties":false},"delivery":{"type":"object","properties":{"mode":{"type":"string","enum":["Durable","Synchronous"]},"profileNotFound":{"type":"string","enum":["Reject","Wait"],"default":"Reject"},"giveUpAfter":{"type":"string","default":"72h","maxLength":5,"pattern":"^[1-9][0-9]{0,3}[hdw]$","example":"72h"}},"additionalProperties":false}},"additionalProperties":false},"status":{"type":"object","default":{"observedGeneration":-1},"properties":{"observedGeneration":{"type":"integer","format":"int64"},"slug":{"type":"string","maxLength":253},"path":{"type":"string","maxLength":320},"deliveries":{"type":"object","required":["waiting","parked"],"properties":{"waiting":{"type":"integer","format":"int64","minimum":0},"parked":{"type":"integer","format":"int64","minimum":0},"oldestWaiting":{"type":"string","format":"date-time"}},"additionalProperties":false},"conditions":{"type":"array","maxItems":16,"items":{"type":"object","required":["type","status","reason","message","lastTransitionTime"],"properties":{"type":{"type":"string","maxLength":316,"pattern":"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"},"status":{"type":"string","enum":["True","False","Unknown"]},"observedGeneration":{"type":"integer","format":"int64","minimum":0},"lastTransitionTime":{"type":"string","format":"date-time"},"reason":{"type":"string","minLength":1,"maxLength":1024,"pattern":"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"},"message":{"type":"string","maxLength":32768}},"additionalProperties":false}}},"additionalProperties":false}},"additionalProperties":false};
const func2 = func2Module.default;
const pattern0 = new RegExp("^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$", "u");
const pattern1 = new RegExp("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", "u");
const pattern2 = new RegExp("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$", "u");
const pattern3 = new RegExp("^[!#-\\[\\]-~]+( [!#-\\[\\]-~]+)*$", "u");
const pattern4 = new RegExp("^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", "u");
const pattern6 = new RegExp("^[-._a-zA-Z0-9]+$", "u");
const pattern11 = new RegExp("^[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$", "u");
const pattern14 = new RegExp("^[A-Za-z][-+_/A-Za-z0-9]*$", "u");
const pattern15 = new RegExp("^[1-9][0-9]{0,3}[hdw]$", "u");
const pattern17 = new RegExp("^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$", "u");
const pattern18 = new RegExp("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$", "u");

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.status === undefined){
data.status = {"observedGeneration":-1};
}
if(data.apiVersion === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "apiVersion"},schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.kind === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.metadata === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "metadata"},schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
if(data.spec === undefined){
const err3 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "spec"},schema:schema11.required,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
for(const key0 in data){
if(!(((((key0 === "apiVersion") || (key0 === "kind")) || (key0 === "metadata")) || (key0 === "spec")) || (key0 === "status"))){
const err4 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
}
if(data.apiVersion !== undefined){
let data0 = data.apiVersion;
if(typeof data0 !== "string"){
const err5 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/type",keyword:"type",params:{type: "string"},schema:schema11.properties.apiVersion.type,parentSchema:schema11.properties.apiVersion,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
if("omneo.io/v1alpha1" !== data0){
const err6 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/const",keyword:"const",params:{allowedValue: "omneo.io/v1alpha1"},schema:"omneo.io/v1alpha1",parentSchema:schema11.properties.apiVersion,data:data0};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
}
if(data.kind !== undefined){
let data1 = data.kind;
if(typeof data1 !== "string"){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"},schema:schema11.properties.kind.type,parentSchema:schema11.properties.kind,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
if("OmneoTenant" !== data1){
const err8 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "OmneoTenant"},schema:"OmneoTenant",parentSchema:schema11.properties.kind,data:data1};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
}
if(data.metadata !== undefined){
let data2 = data.metadata;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.name === undefined){
const err9 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/required",keyword:"required",params:{missingProperty: "name"},schema:schema11.properties.metadata.required,parentSchema:schema11.properties.metadata,data:data2};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(data2.name !== undefined){
let data3 = data2.name;
if(typeof data3 === "string"){
if(func2(data3) > 253){
const err10 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},schema:253,parentSchema:schema11.properties.metadata.properties.name,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
if(!pattern0.test(data3)){
const err11 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$"},schema:"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$",parentSchema:schema11.properties.metadata.properties.name,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
else {
const err12 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/type",keyword:"type",params:{type: "string"},schema:schema11.properties.metadata.properties.name.type,parentSchema:schema11.properties.metadata.properties.name,data:data3};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
}
if(data2.namespace !== undefined){
let data4 = data2.namespace;
if(typeof data4 === "string"){
if(func2(data4) > 63){
const err13 = {instancePath:instancePath+"/metadata/namespace",schemaPath:"#/properties/metadata/properties/namespace/maxLength",keyword:"maxLength",params:{limit: 63},schema:63,parentSchema:schema11.properties.metadata.properties.namespace,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
if(!pattern1.test(data4)){
const err14 = {instancePath:instancePath+"/metadata/namespace",schemaPath:"#/properties/metadata/properties/namespace/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},schema:"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",parentSchema:schema11.properties.metadata.properties.namespace,data:data4};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
else {
const err15 = {instancePath:instancePath+"/metadata/namespace",schemaPath:"#/properties/metadata/properties/namespace/type",keyword:"type",params:{type: "string"},schema:schema11.properties.metadata.properties.namespace.type,parentSchema:schema11.properties.metadata.properties.namespace,data:data4};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data2.uid !== undefined){
let data5 = data2.uid;
if(typeof data5 !== "string"){
const err16 = {instancePath:instancePath+"/metadata/uid",schemaPath:"#/properties/metadata/properties/uid/type",keyword:"type",params:{type: "string"},schema:schema11.properties.metadata.properties.uid.type,parentSchema:schema11.properties.metadata.properties.uid,data:data5};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data2.resourceVersion !== undefined){
let data6 = data2.resourceVersion;
if(typeof data6 !== "string"){
const err17 = {instancePath:instancePath+"/metadata/resourceVersion",schemaPath:"#/properties/metadata/properties/resourceVersion/type",keyword:"type",params:{type: "string"},schema:schema11.properties.metadata.properties.resourceVersion.type,parentSchema:schema11.properties.metadata.properties.resourceVersion,data:data6};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data2.generation !== undefined){
let data7 = data2.generation;
if(!((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7)))){
const err18 = {instancePath:instancePath+"/metadata/generation",schemaPath:"#/properties/metadata/properties/generation/type",keyword:"type",params:{type: "integer"},schema:schema11.properties.metadata.properties.generation.type,parentSchema:schema11.properties.metadata.properties.generation,data:data7};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data2.creationTimestamp !== undefined){
let data8 = data2.creationTimestamp;
if(typeof data8 !== "string"){
const err19 = {instancePath:instancePath+"/metadata/creationTimestamp",schemaPath:"#/properties/metadata/properties/creationTimestamp/type",keyword:"type",params:{type: "string"},schema:schema11.properties.metadata.properties.creationTimestamp.type,parentSchema:schema11.properties.metadata.properties.creationTimestamp,data:data8};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
if(data2.labels !== undefined){
let data9 = data2.labels;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
for(const key1 in data9){
let data10 = data9[key1];
if(typeof data10 !== "string"){
const err20 = {instancePath:instancePath+"/metadata/labels/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/metadata/properties/labels/additionalProperties/type",keyword:"type",params:{type: "string"},schema:schema11.properties.metadata.properties.labels.additionalProperties.type,parentSchema:schema11.properties.metadata.properties.labels.additionalProperties,data:data10};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
}
else {
const err21 = {instancePath:instancePath+"/metadata/labels",schemaPath:"#/properties/metadata/properties/labels/type",keyword:"type",params:{type: "object"},schema:schema11.properties.metadata.properties.labels.type,parentSchema:schema11.properties.metadata.properties.labels,data:data9};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
if(data2.annotations !== undefined){
let data11 = data2.annotations;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key2 in data11){
let data12 = data11[key2];
if(typeof data12 !== "string"){
const err22 = {instancePath:instancePath+"/metadata/annotations/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/metadata/properties/annotations/additionalProperties/type",keyword:"type",params:{type: "string"},schema:schema11.properties.metadata.properties.annotations.additionalProperties.type,parentSchema:schema11.properties.metadata.properties.annotations.additionalProperties,data:data12};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath:instancePath+"/metadata/annotations",schemaPath:"#/properties/metadata/properties/annotations/type",keyword:"type",params:{type: "object"},schema:schema11.properties.metadata.properties.annotations.type,parentSchema:schema11.properties.metadata.properties.annotations,data:data11};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
}
else {
const err24 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "object"},schema:schema11.properties.metadata.type,parentSchema:schema11.properties.metadata,data:data2};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.spec !== undefined){
let data13 = data.spec;
if(data13 && typeof data13 == "object" && !Array.isArray(data13)){
if(data13.suspend === undefined){
data13.suspend = false;
}
if(data13.rewards === undefined){
data13.rewards = {};
}
if(data13.omneo === undefined){
const err25 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "omneo"},schema:schema11.properties.spec.required,parentSchema:schema11.properties.spec,data:data13};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
if(data13.klaviyo === undefined){
const err26 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/required",keyword:"required",params:{missingProperty: "klaviyo"},schema:schema11.properties.spec.required,parentSchema:schema11.properties.spec,data:data13};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
for(const key3 in data13){
if(!(((((((key3 === "slug") || (key3 === "suspend")) || (key3 === "omneo")) || (key3 === "klaviyo")) || (key3 === "rewards")) || (key3 === "limits")) || (key3 === "delivery"))){
const err27 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key3},schema:false,parentSchema:schema11.properties.spec,data:data13};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data13.slug !== undefined){
let data14 = data13.slug;
if(typeof data14 === "string"){
if(func2(data14) > 63){
const err28 = {instancePath:instancePath+"/spec/slug",schemaPath:"#/properties/spec/properties/slug/maxLength",keyword:"maxLength",params:{limit: 63},schema:63,parentSchema:schema11.properties.spec.properties.slug,data:data14};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
else {
const err29 = {instancePath:instancePath+"/spec/slug",schemaPath:"#/properties/spec/properties/slug/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.slug.type,parentSchema:schema11.properties.spec.properties.slug,data:data14};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
let data15 = data13.suspend;
if(typeof data15 !== "boolean"){
const err30 = {instancePath:instancePath+"/spec/suspend",schemaPath:"#/properties/spec/properties/suspend/type",keyword:"type",params:{type: "boolean"},schema:schema11.properties.spec.properties.suspend.type,parentSchema:schema11.properties.spec.properties.suspend,data:data15};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
if(data13.omneo !== undefined){
let data16 = data13.omneo;
if(data16 && typeof data16 == "object" && !Array.isArray(data16)){
if(data16.credentials === undefined){
const err31 = {instancePath:instancePath+"/spec/omneo",schemaPath:"#/properties/spec/properties/omneo/required",keyword:"required",params:{missingProperty: "credentials"},schema:schema11.properties.spec.properties.omneo.required,parentSchema:schema11.properties.spec.properties.omneo,data:data16};
if(vErrors === null){
vErrors = [err31];
}
else {
vErrors.push(err31);
}
errors++;
}
for(const key4 in data16){
if(!((((key4 === "tenant") || (key4 === "baseURL")) || (key4 === "callsPerMinute")) || (key4 === "credentials"))){
const err32 = {instancePath:instancePath+"/spec/omneo",schemaPath:"#/properties/spec/properties/omneo/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key4},schema:false,parentSchema:schema11.properties.spec.properties.omneo,data:data16};
if(vErrors === null){
vErrors = [err32];
}
else {
vErrors.push(err32);
}
errors++;
}
}
if(data16.tenant !== undefined){
let data17 = data16.tenant;
if(typeof data17 === "string"){
if(func2(data17) > 63){
const err33 = {instancePath:instancePath+"/spec/omneo/tenant",schemaPath:"#/properties/spec/properties/omneo/properties/tenant/maxLength",keyword:"maxLength",params:{limit: 63},schema:63,parentSchema:schema11.properties.spec.properties.omneo.properties.tenant,data:data17};
if(vErrors === null){
vErrors = [err33];
}
else {
vErrors.push(err33);
}
errors++;
}
if(!pattern2.test(data17)){
const err34 = {instancePath:instancePath+"/spec/omneo/tenant",schemaPath:"#/properties/spec/properties/omneo/properties/tenant/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$"},schema:"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",parentSchema:schema11.properties.spec.properties.omneo.properties.tenant,data:data17};
if(vErrors === null){
vErrors = [err34];
}
else {
vErrors.push(err34);
}
errors++;
}
}
else {
const err35 = {instancePath:instancePath+"/spec/omneo/tenant",schemaPath:"#/properties/spec/properties/omneo/properties/tenant/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.omneo.properties.tenant.type,parentSchema:schema11.properties.spec.properties.omneo.properties.tenant,data:data17};
if(vErrors === null){
vErrors = [err35];
}
else {
vErrors.push(err35);
}
errors++;
}
}
if(data16.baseURL !== undefined){
let data18 = data16.baseURL;
if(typeof data18 === "string"){
if(func2(data18) > 512){
const err36 = {instancePath:instancePath+"/spec/omneo/baseURL",schemaPath:"#/properties/spec/properties/omneo/properties/baseURL/maxLength",keyword:"maxLength",params:{limit: 512},schema:512,parentSchema:schema11.properties.spec.properties.omneo.properties.baseURL,data:data18};
if(vErrors === null){
vErrors = [err36];
}
else {
vErrors.push(err36);
}
errors++;
}
if(func2(data18) < 1){
const err37 = {instancePath:instancePath+"/spec/omneo/baseURL",schemaPath:"#/properties/spec/properties/omneo/properties/baseURL/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.omneo.properties.baseURL,data:data18};
if(vErrors === null){
vErrors = [err37];
}
else {
vErrors.push(err37);
}
errors++;
}
}
else {
const err38 = {instancePath:instancePath+"/spec/omneo/baseURL",schemaPath:"#/properties/spec/properties/omneo/properties/baseURL/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.omneo.properties.baseURL.type,parentSchema:schema11.properties.spec.properties.omneo.properties.baseURL,data:data18};
if(vErrors === null){
vErrors = [err38];
}
else {
vErrors.push(err38);
}
errors++;
}
}
if(data16.callsPerMinute !== undefined){
let data19 = data16.callsPerMinute;
if(!((typeof data19 == "number") && (!(data19 % 1) && !isNaN(data19)))){
const err39 = {instancePath:instancePath+"/spec/omneo/callsPerMinute",schemaPath:"#/properties/spec/properties/omneo/properties/callsPerMinute/type",keyword:"type",params:{type: "integer"},schema:schema11.properties.spec.properties.omneo.properties.callsPerMinute.type,parentSchema:schema11.properties.spec.properties.omneo.properties.callsPerMinute,data:data19};
if(vErrors === null){
vErrors = [err39];
}
else {
vErrors.push(err39);
}
errors++;
}
if(typeof data19 == "number"){
if(data19 > 100000 || isNaN(data19)){
const err40 = {instancePath:instancePath+"/spec/omneo/callsPerMinute",schemaPath:"#/properties/spec/properties/omneo/properties/callsPerMinute/maximum",keyword:"maximum",params:{comparison: "<=", limit: 100000},schema:100000,parentSchema:schema11.properties.spec.properties.omneo.properties.callsPerMinute,data:data19};
if(vErrors === null){
vErrors = [err40];
}
else {
vErrors.push(err40);
}
errors++;
}
if(data19 < 1 || isNaN(data19)){
const err41 = {instancePath:instancePath+"/spec/omneo/callsPerMinute",schemaPath:"#/properties/spec/properties/omneo/properties/callsPerMinute/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.omneo.properties.callsPerMinute,data:data19};
if(vErrors === null){
vErrors = [err41];
}
else {
vErrors.push(err41);
}
errors++;
}
}
}
if(data16.credentials !== undefined){
let data20 = data16.credentials;
if(data20 && typeof data20 == "object" && !Array.isArray(data20)){
for(const key5 in data20){
if(!((key5 === "oauth") || (key5 === "token"))){
const err42 = {instancePath:instancePath+"/spec/omneo/credentials",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key5},schema:false,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials,data:data20};
if(vErrors === null){
vErrors = [err42];
}
else {
vErrors.push(err42);
}
errors++;
}
}
if(data20.oauth !== undefined){
let data21 = data20.oauth;
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
if(data21.grantType === undefined){
data21.grantType = "client_credentials";
}
if(data21.scope === undefined){
data21.scope = "*";
}
if(data21.secretRef === undefined){
const err43 = {instancePath:instancePath+"/spec/omneo/credentials/oauth",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/required",keyword:"required",params:{missingProperty: "secretRef"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.required,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth,data:data21};
if(vErrors === null){
vErrors = [err43];
}
else {
vErrors.push(err43);
}
errors++;
}
for(const key6 in data21){
if(!((((key6 === "grantType") || (key6 === "tokenURL")) || (key6 === "scope")) || (key6 === "secretRef"))){
const err44 = {instancePath:instancePath+"/spec/omneo/credentials/oauth",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key6},schema:false,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth,data:data21};
if(vErrors === null){
vErrors = [err44];
}
else {
vErrors.push(err44);
}
errors++;
}
}
let data22 = data21.grantType;
if(typeof data22 !== "string"){
const err45 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/grantType",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/grantType/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.grantType.type,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.grantType,data:data22};
if(vErrors === null){
vErrors = [err45];
}
else {
vErrors.push(err45);
}
errors++;
}
if(!((data22 === "client_credentials") || (data22 === "password"))){
const err46 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/grantType",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/grantType/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.grantType.enum},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.grantType.enum,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.grantType,data:data22};
if(vErrors === null){
vErrors = [err46];
}
else {
vErrors.push(err46);
}
errors++;
}
if(data21.tokenURL !== undefined){
let data23 = data21.tokenURL;
if(typeof data23 === "string"){
if(func2(data23) > 512){
const err47 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/tokenURL",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/tokenURL/maxLength",keyword:"maxLength",params:{limit: 512},schema:512,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.tokenURL,data:data23};
if(vErrors === null){
vErrors = [err47];
}
else {
vErrors.push(err47);
}
errors++;
}
if(func2(data23) < 1){
const err48 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/tokenURL",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/tokenURL/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.tokenURL,data:data23};
if(vErrors === null){
vErrors = [err48];
}
else {
vErrors.push(err48);
}
errors++;
}
}
else {
const err49 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/tokenURL",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/tokenURL/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.tokenURL.type,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.tokenURL,data:data23};
if(vErrors === null){
vErrors = [err49];
}
else {
vErrors.push(err49);
}
errors++;
}
}
let data24 = data21.scope;
if(typeof data24 === "string"){
if(func2(data24) > 256){
const err50 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/scope",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/scope/maxLength",keyword:"maxLength",params:{limit: 256},schema:256,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.scope,data:data24};
if(vErrors === null){
vErrors = [err50];
}
else {
vErrors.push(err50);
}
errors++;
}
if(func2(data24) < 1){
const err51 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/scope",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/scope/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.scope,data:data24};
if(vErrors === null){
vErrors = [err51];
}
else {
vErrors.push(err51);
}
errors++;
}
if(!pattern3.test(data24)){
const err52 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/scope",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/scope/pattern",keyword:"pattern",params:{pattern: "^[!#-\\[\\]-~]+( [!#-\\[\\]-~]+)*$"},schema:"^[!#-\\[\\]-~]+( [!#-\\[\\]-~]+)*$",parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.scope,data:data24};
if(vErrors === null){
vErrors = [err52];
}
else {
vErrors.push(err52);
}
errors++;
}
}
else {
const err53 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/scope",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/scope/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.scope.type,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.scope,data:data24};
if(vErrors === null){
vErrors = [err53];
}
else {
vErrors.push(err53);
}
errors++;
}
if(data21.secretRef !== undefined){
let data25 = data21.secretRef;
if(data25 && typeof data25 == "object" && !Array.isArray(data25)){
if(data25.name === undefined){
const err54 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/secretRef",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/secretRef/required",keyword:"required",params:{missingProperty: "name"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.secretRef.required,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.secretRef,data:data25};
if(vErrors === null){
vErrors = [err54];
}
else {
vErrors.push(err54);
}
errors++;
}
for(const key7 in data25){
if(!(key7 === "name")){
const err55 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/secretRef",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/secretRef/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key7},schema:false,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.secretRef,data:data25};
if(vErrors === null){
vErrors = [err55];
}
else {
vErrors.push(err55);
}
errors++;
}
}
if(data25.name !== undefined){
let data26 = data25.name;
if(typeof data26 === "string"){
if(func2(data26) > 253){
const err56 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/secretRef/name",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/secretRef/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},schema:253,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.secretRef.properties.name,data:data26};
if(vErrors === null){
vErrors = [err56];
}
else {
vErrors.push(err56);
}
errors++;
}
if(func2(data26) < 1){
const err57 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/secretRef/name",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/secretRef/properties/name/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.secretRef.properties.name,data:data26};
if(vErrors === null){
vErrors = [err57];
}
else {
vErrors.push(err57);
}
errors++;
}
if(!pattern4.test(data26)){
const err58 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/secretRef/name",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/secretRef/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},schema:"^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.secretRef.properties.name,data:data26};
if(vErrors === null){
vErrors = [err58];
}
else {
vErrors.push(err58);
}
errors++;
}
}
else {
const err59 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/secretRef/name",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/secretRef/properties/name/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.secretRef.properties.name.type,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.secretRef.properties.name,data:data26};
if(vErrors === null){
vErrors = [err59];
}
else {
vErrors.push(err59);
}
errors++;
}
}
}
else {
const err60 = {instancePath:instancePath+"/spec/omneo/credentials/oauth/secretRef",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/properties/secretRef/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.secretRef.type,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.properties.secretRef,data:data25};
if(vErrors === null){
vErrors = [err60];
}
else {
vErrors.push(err60);
}
errors++;
}
}
}
else {
const err61 = {instancePath:instancePath+"/spec/omneo/credentials/oauth",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/oauth/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth.type,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.oauth,data:data21};
if(vErrors === null){
vErrors = [err61];
}
else {
vErrors.push(err61);
}
errors++;
}
}
if(data20.token !== undefined){
let data27 = data20.token;
if(data27 && typeof data27 == "object" && !Array.isArray(data27)){
if(data27.secretRef === undefined){
const err62 = {instancePath:instancePath+"/spec/omneo/credentials/token",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/required",keyword:"required",params:{missingProperty: "secretRef"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.required,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token,data:data27};
if(vErrors === null){
vErrors = [err62];
}
else {
vErrors.push(err62);
}
errors++;
}
for(const key8 in data27){
if(!(key8 === "secretRef")){
const err63 = {instancePath:instancePath+"/spec/omneo/credentials/token",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key8},schema:false,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token,data:data27};
if(vErrors === null){
vErrors = [err63];
}
else {
vErrors.push(err63);
}
errors++;
}
}
if(data27.secretRef !== undefined){
let data28 = data27.secretRef;
if(data28 && typeof data28 == "object" && !Array.isArray(data28)){
if(data28.name === undefined){
const err64 = {instancePath:instancePath+"/spec/omneo/credentials/token/secretRef",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/properties/secretRef/required",keyword:"required",params:{missingProperty: "name"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef.required,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef,data:data28};
if(vErrors === null){
vErrors = [err64];
}
else {
vErrors.push(err64);
}
errors++;
}
for(const key9 in data28){
if(!((key9 === "name") || (key9 === "key"))){
const err65 = {instancePath:instancePath+"/spec/omneo/credentials/token/secretRef",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/properties/secretRef/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key9},schema:false,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef,data:data28};
if(vErrors === null){
vErrors = [err65];
}
else {
vErrors.push(err65);
}
errors++;
}
}
if(data28.name !== undefined){
let data29 = data28.name;
if(typeof data29 === "string"){
if(func2(data29) > 253){
const err66 = {instancePath:instancePath+"/spec/omneo/credentials/token/secretRef/name",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/properties/secretRef/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},schema:253,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef.properties.name,data:data29};
if(vErrors === null){
vErrors = [err66];
}
else {
vErrors.push(err66);
}
errors++;
}
if(func2(data29) < 1){
const err67 = {instancePath:instancePath+"/spec/omneo/credentials/token/secretRef/name",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/properties/secretRef/properties/name/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef.properties.name,data:data29};
if(vErrors === null){
vErrors = [err67];
}
else {
vErrors.push(err67);
}
errors++;
}
if(!pattern4.test(data29)){
const err68 = {instancePath:instancePath+"/spec/omneo/credentials/token/secretRef/name",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/properties/secretRef/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},schema:"^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef.properties.name,data:data29};
if(vErrors === null){
vErrors = [err68];
}
else {
vErrors.push(err68);
}
errors++;
}
}
else {
const err69 = {instancePath:instancePath+"/spec/omneo/credentials/token/secretRef/name",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/properties/secretRef/properties/name/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef.properties.name.type,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef.properties.name,data:data29};
if(vErrors === null){
vErrors = [err69];
}
else {
vErrors.push(err69);
}
errors++;
}
}
if(data28.key !== undefined){
let data30 = data28.key;
if(typeof data30 === "string"){
if(func2(data30) > 253){
const err70 = {instancePath:instancePath+"/spec/omneo/credentials/token/secretRef/key",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/properties/secretRef/properties/key/maxLength",keyword:"maxLength",params:{limit: 253},schema:253,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef.properties.key,data:data30};
if(vErrors === null){
vErrors = [err70];
}
else {
vErrors.push(err70);
}
errors++;
}
if(func2(data30) < 1){
const err71 = {instancePath:instancePath+"/spec/omneo/credentials/token/secretRef/key",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/properties/secretRef/properties/key/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef.properties.key,data:data30};
if(vErrors === null){
vErrors = [err71];
}
else {
vErrors.push(err71);
}
errors++;
}
if(!pattern6.test(data30)){
const err72 = {instancePath:instancePath+"/spec/omneo/credentials/token/secretRef/key",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/properties/secretRef/properties/key/pattern",keyword:"pattern",params:{pattern: "^[-._a-zA-Z0-9]+$"},schema:"^[-._a-zA-Z0-9]+$",parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef.properties.key,data:data30};
if(vErrors === null){
vErrors = [err72];
}
else {
vErrors.push(err72);
}
errors++;
}
}
else {
const err73 = {instancePath:instancePath+"/spec/omneo/credentials/token/secretRef/key",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/properties/secretRef/properties/key/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef.properties.key.type,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef.properties.key,data:data30};
if(vErrors === null){
vErrors = [err73];
}
else {
vErrors.push(err73);
}
errors++;
}
}
}
else {
const err74 = {instancePath:instancePath+"/spec/omneo/credentials/token/secretRef",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/properties/secretRef/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef.type,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.properties.secretRef,data:data28};
if(vErrors === null){
vErrors = [err74];
}
else {
vErrors.push(err74);
}
errors++;
}
}
}
else {
const err75 = {instancePath:instancePath+"/spec/omneo/credentials/token",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/properties/token/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token.type,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials.properties.token,data:data27};
if(vErrors === null){
vErrors = [err75];
}
else {
vErrors.push(err75);
}
errors++;
}
}
}
else {
const err76 = {instancePath:instancePath+"/spec/omneo/credentials",schemaPath:"#/properties/spec/properties/omneo/properties/credentials/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.omneo.properties.credentials.type,parentSchema:schema11.properties.spec.properties.omneo.properties.credentials,data:data20};
if(vErrors === null){
vErrors = [err76];
}
else {
vErrors.push(err76);
}
errors++;
}
}
}
else {
const err77 = {instancePath:instancePath+"/spec/omneo",schemaPath:"#/properties/spec/properties/omneo/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.omneo.type,parentSchema:schema11.properties.spec.properties.omneo,data:data16};
if(vErrors === null){
vErrors = [err77];
}
else {
vErrors.push(err77);
}
errors++;
}
}
if(data13.klaviyo !== undefined){
let data31 = data13.klaviyo;
if(data31 && typeof data31 == "object" && !Array.isArray(data31)){
if(data31.identityHandle === undefined){
data31.identityHandle = "klaviyo";
}
if(data31.identifiers === undefined){
data31.identifiers = "both";
}
if(data31.secretRefs === undefined){
const err78 = {instancePath:instancePath+"/spec/klaviyo",schemaPath:"#/properties/spec/properties/klaviyo/required",keyword:"required",params:{missingProperty: "secretRefs"},schema:schema11.properties.spec.properties.klaviyo.required,parentSchema:schema11.properties.spec.properties.klaviyo,data:data31};
if(vErrors === null){
vErrors = [err78];
}
else {
vErrors.push(err78);
}
errors++;
}
for(const key10 in data31){
if(!((((((key10 === "secretRefs") || (key10 === "rehearsalSecretRefs")) || (key10 === "actions")) || (key10 === "identityHandle")) || (key10 === "identifiers")) || (key10 === "events"))){
const err79 = {instancePath:instancePath+"/spec/klaviyo",schemaPath:"#/properties/spec/properties/klaviyo/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key10},schema:false,parentSchema:schema11.properties.spec.properties.klaviyo,data:data31};
if(vErrors === null){
vErrors = [err79];
}
else {
vErrors.push(err79);
}
errors++;
}
}
if(data31.secretRefs !== undefined){
let data32 = data31.secretRefs;
if(Array.isArray(data32)){
if(data32.length > 4){
const err80 = {instancePath:instancePath+"/spec/klaviyo/secretRefs",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/maxItems",keyword:"maxItems",params:{limit: 4},schema:4,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs,data:data32};
if(vErrors === null){
vErrors = [err80];
}
else {
vErrors.push(err80);
}
errors++;
}
if(data32.length < 1){
const err81 = {instancePath:instancePath+"/spec/klaviyo/secretRefs",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs,data:data32};
if(vErrors === null){
vErrors = [err81];
}
else {
vErrors.push(err81);
}
errors++;
}
const len0 = data32.length;
for(let i0=0; i0<len0; i0++){
let data33 = data32[i0];
if(data33 && typeof data33 == "object" && !Array.isArray(data33)){
if(data33.name === undefined){
const err82 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0,schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/required",keyword:"required",params:{missingProperty: "name"},schema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.required,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items,data:data33};
if(vErrors === null){
vErrors = [err82];
}
else {
vErrors.push(err82);
}
errors++;
}
for(const key11 in data33){
if(!((((key11 === "name") || (key11 === "key")) || (key11 === "actions")) || (key11 === "rewardDefinitions"))){
const err83 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0,schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key11},schema:false,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items,data:data33};
if(vErrors === null){
vErrors = [err83];
}
else {
vErrors.push(err83);
}
errors++;
}
}
if(data33.name !== undefined){
let data34 = data33.name;
if(typeof data34 === "string"){
if(func2(data34) > 253){
const err84 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/name",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},schema:253,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.name,data:data34};
if(vErrors === null){
vErrors = [err84];
}
else {
vErrors.push(err84);
}
errors++;
}
if(func2(data34) < 1){
const err85 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/name",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/name/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.name,data:data34};
if(vErrors === null){
vErrors = [err85];
}
else {
vErrors.push(err85);
}
errors++;
}
if(!pattern4.test(data34)){
const err86 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/name",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},schema:"^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.name,data:data34};
if(vErrors === null){
vErrors = [err86];
}
else {
vErrors.push(err86);
}
errors++;
}
}
else {
const err87 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/name",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/name/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.name.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.name,data:data34};
if(vErrors === null){
vErrors = [err87];
}
else {
vErrors.push(err87);
}
errors++;
}
}
if(data33.key !== undefined){
let data35 = data33.key;
if(typeof data35 === "string"){
if(func2(data35) > 253){
const err88 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/key",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/key/maxLength",keyword:"maxLength",params:{limit: 253},schema:253,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.key,data:data35};
if(vErrors === null){
vErrors = [err88];
}
else {
vErrors.push(err88);
}
errors++;
}
if(func2(data35) < 1){
const err89 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/key",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/key/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.key,data:data35};
if(vErrors === null){
vErrors = [err89];
}
else {
vErrors.push(err89);
}
errors++;
}
if(!pattern6.test(data35)){
const err90 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/key",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/key/pattern",keyword:"pattern",params:{pattern: "^[-._a-zA-Z0-9]+$"},schema:"^[-._a-zA-Z0-9]+$",parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.key,data:data35};
if(vErrors === null){
vErrors = [err90];
}
else {
vErrors.push(err90);
}
errors++;
}
}
else {
const err91 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/key",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/key/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.key.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.key,data:data35};
if(vErrors === null){
vErrors = [err91];
}
else {
vErrors.push(err91);
}
errors++;
}
}
if(data33.actions !== undefined){
let data36 = data33.actions;
if(Array.isArray(data36)){
if(data36.length > 8){
const err92 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/actions",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/actions/maxItems",keyword:"maxItems",params:{limit: 8},schema:8,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.actions,data:data36};
if(vErrors === null){
vErrors = [err92];
}
else {
vErrors.push(err92);
}
errors++;
}
if(data36.length < 1){
const err93 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/actions",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/actions/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.actions,data:data36};
if(vErrors === null){
vErrors = [err93];
}
else {
vErrors.push(err93);
}
errors++;
}
const len1 = data36.length;
for(let i1=0; i1<len1; i1++){
let data37 = data36[i1];
if(typeof data37 !== "string"){
const err94 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/actions/" + i1,schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/actions/items/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.actions.items.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.actions.items,data:data37};
if(vErrors === null){
vErrors = [err94];
}
else {
vErrors.push(err94);
}
errors++;
}
if(!(((((data37 === "rewards") || (data37 === "benefits")) || (data37 === "credits")) || (data37 === "interactions")) || (data37 === "attributes"))){
const err95 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/actions/" + i1,schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/actions/items/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.actions.items.enum},schema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.actions.items.enum,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.actions.items,data:data37};
if(vErrors === null){
vErrors = [err95];
}
else {
vErrors.push(err95);
}
errors++;
}
}
}
else {
const err96 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/actions",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/actions/type",keyword:"type",params:{type: "array"},schema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.actions.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.actions,data:data36};
if(vErrors === null){
vErrors = [err96];
}
else {
vErrors.push(err96);
}
errors++;
}
}
if(data33.rewardDefinitions !== undefined){
let data38 = data33.rewardDefinitions;
if(Array.isArray(data38)){
if(data38.length > 200){
const err97 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/rewardDefinitions",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/rewardDefinitions/maxItems",keyword:"maxItems",params:{limit: 200},schema:200,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.rewardDefinitions,data:data38};
if(vErrors === null){
vErrors = [err97];
}
else {
vErrors.push(err97);
}
errors++;
}
if(data38.length < 1){
const err98 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/rewardDefinitions",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/rewardDefinitions/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.rewardDefinitions,data:data38};
if(vErrors === null){
vErrors = [err98];
}
else {
vErrors.push(err98);
}
errors++;
}
const len2 = data38.length;
for(let i2=0; i2<len2; i2++){
let data39 = data38[i2];
if(!((typeof data39 == "number") && (!(data39 % 1) && !isNaN(data39)))){
const err99 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/rewardDefinitions/" + i2,schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/rewardDefinitions/items/type",keyword:"type",params:{type: "integer"},schema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.rewardDefinitions.items.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.rewardDefinitions.items,data:data39};
if(vErrors === null){
vErrors = [err99];
}
else {
vErrors.push(err99);
}
errors++;
}
if(typeof data39 == "number"){
if(data39 > 9007199254740991 || isNaN(data39)){
const err100 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/rewardDefinitions/" + i2,schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/rewardDefinitions/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},schema:9007199254740991,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.rewardDefinitions.items,data:data39};
if(vErrors === null){
vErrors = [err100];
}
else {
vErrors.push(err100);
}
errors++;
}
if(data39 < 1 || isNaN(data39)){
const err101 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/rewardDefinitions/" + i2,schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/rewardDefinitions/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.rewardDefinitions.items,data:data39};
if(vErrors === null){
vErrors = [err101];
}
else {
vErrors.push(err101);
}
errors++;
}
}
}
}
else {
const err102 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0+"/rewardDefinitions",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/properties/rewardDefinitions/type",keyword:"type",params:{type: "array"},schema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.rewardDefinitions.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.properties.rewardDefinitions,data:data38};
if(vErrors === null){
vErrors = [err102];
}
else {
vErrors.push(err102);
}
errors++;
}
}
}
else {
const err103 = {instancePath:instancePath+"/spec/klaviyo/secretRefs/" + i0,schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/items/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.items,data:data33};
if(vErrors === null){
vErrors = [err103];
}
else {
vErrors.push(err103);
}
errors++;
}
}
}
else {
const err104 = {instancePath:instancePath+"/spec/klaviyo/secretRefs",schemaPath:"#/properties/spec/properties/klaviyo/properties/secretRefs/type",keyword:"type",params:{type: "array"},schema:schema11.properties.spec.properties.klaviyo.properties.secretRefs.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.secretRefs,data:data32};
if(vErrors === null){
vErrors = [err104];
}
else {
vErrors.push(err104);
}
errors++;
}
}
if(data31.rehearsalSecretRefs !== undefined){
let data40 = data31.rehearsalSecretRefs;
if(Array.isArray(data40)){
if(data40.length > 4){
const err105 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/maxItems",keyword:"maxItems",params:{limit: 4},schema:4,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs,data:data40};
if(vErrors === null){
vErrors = [err105];
}
else {
vErrors.push(err105);
}
errors++;
}
const len3 = data40.length;
for(let i3=0; i3<len3; i3++){
let data41 = data40[i3];
if(data41 && typeof data41 == "object" && !Array.isArray(data41)){
if(data41.name === undefined){
const err106 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3,schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/required",keyword:"required",params:{missingProperty: "name"},schema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.required,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items,data:data41};
if(vErrors === null){
vErrors = [err106];
}
else {
vErrors.push(err106);
}
errors++;
}
for(const key12 in data41){
if(!((((key12 === "name") || (key12 === "key")) || (key12 === "actions")) || (key12 === "rewardDefinitions"))){
const err107 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3,schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key12},schema:false,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items,data:data41};
if(vErrors === null){
vErrors = [err107];
}
else {
vErrors.push(err107);
}
errors++;
}
}
if(data41.name !== undefined){
let data42 = data41.name;
if(typeof data42 === "string"){
if(func2(data42) > 253){
const err108 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/name",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},schema:253,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.name,data:data42};
if(vErrors === null){
vErrors = [err108];
}
else {
vErrors.push(err108);
}
errors++;
}
if(func2(data42) < 1){
const err109 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/name",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/name/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.name,data:data42};
if(vErrors === null){
vErrors = [err109];
}
else {
vErrors.push(err109);
}
errors++;
}
if(!pattern4.test(data42)){
const err110 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/name",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},schema:"^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.name,data:data42};
if(vErrors === null){
vErrors = [err110];
}
else {
vErrors.push(err110);
}
errors++;
}
}
else {
const err111 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/name",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/name/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.name.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.name,data:data42};
if(vErrors === null){
vErrors = [err111];
}
else {
vErrors.push(err111);
}
errors++;
}
}
if(data41.key !== undefined){
let data43 = data41.key;
if(typeof data43 === "string"){
if(func2(data43) > 253){
const err112 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/key",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/key/maxLength",keyword:"maxLength",params:{limit: 253},schema:253,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.key,data:data43};
if(vErrors === null){
vErrors = [err112];
}
else {
vErrors.push(err112);
}
errors++;
}
if(func2(data43) < 1){
const err113 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/key",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/key/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.key,data:data43};
if(vErrors === null){
vErrors = [err113];
}
else {
vErrors.push(err113);
}
errors++;
}
if(!pattern6.test(data43)){
const err114 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/key",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/key/pattern",keyword:"pattern",params:{pattern: "^[-._a-zA-Z0-9]+$"},schema:"^[-._a-zA-Z0-9]+$",parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.key,data:data43};
if(vErrors === null){
vErrors = [err114];
}
else {
vErrors.push(err114);
}
errors++;
}
}
else {
const err115 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/key",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/key/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.key.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.key,data:data43};
if(vErrors === null){
vErrors = [err115];
}
else {
vErrors.push(err115);
}
errors++;
}
}
if(data41.actions !== undefined){
let data44 = data41.actions;
if(Array.isArray(data44)){
if(data44.length > 8){
const err116 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/actions",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/actions/maxItems",keyword:"maxItems",params:{limit: 8},schema:8,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.actions,data:data44};
if(vErrors === null){
vErrors = [err116];
}
else {
vErrors.push(err116);
}
errors++;
}
if(data44.length < 1){
const err117 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/actions",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/actions/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.actions,data:data44};
if(vErrors === null){
vErrors = [err117];
}
else {
vErrors.push(err117);
}
errors++;
}
const len4 = data44.length;
for(let i4=0; i4<len4; i4++){
let data45 = data44[i4];
if(typeof data45 !== "string"){
const err118 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/actions/" + i4,schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/actions/items/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.actions.items.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.actions.items,data:data45};
if(vErrors === null){
vErrors = [err118];
}
else {
vErrors.push(err118);
}
errors++;
}
if(!(((((data45 === "rewards") || (data45 === "benefits")) || (data45 === "credits")) || (data45 === "interactions")) || (data45 === "attributes"))){
const err119 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/actions/" + i4,schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/actions/items/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.actions.items.enum},schema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.actions.items.enum,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.actions.items,data:data45};
if(vErrors === null){
vErrors = [err119];
}
else {
vErrors.push(err119);
}
errors++;
}
}
}
else {
const err120 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/actions",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/actions/type",keyword:"type",params:{type: "array"},schema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.actions.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.actions,data:data44};
if(vErrors === null){
vErrors = [err120];
}
else {
vErrors.push(err120);
}
errors++;
}
}
if(data41.rewardDefinitions !== undefined){
let data46 = data41.rewardDefinitions;
if(Array.isArray(data46)){
if(data46.length > 200){
const err121 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/rewardDefinitions",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/rewardDefinitions/maxItems",keyword:"maxItems",params:{limit: 200},schema:200,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.rewardDefinitions,data:data46};
if(vErrors === null){
vErrors = [err121];
}
else {
vErrors.push(err121);
}
errors++;
}
if(data46.length < 1){
const err122 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/rewardDefinitions",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/rewardDefinitions/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.rewardDefinitions,data:data46};
if(vErrors === null){
vErrors = [err122];
}
else {
vErrors.push(err122);
}
errors++;
}
const len5 = data46.length;
for(let i5=0; i5<len5; i5++){
let data47 = data46[i5];
if(!((typeof data47 == "number") && (!(data47 % 1) && !isNaN(data47)))){
const err123 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/rewardDefinitions/" + i5,schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/rewardDefinitions/items/type",keyword:"type",params:{type: "integer"},schema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.rewardDefinitions.items.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.rewardDefinitions.items,data:data47};
if(vErrors === null){
vErrors = [err123];
}
else {
vErrors.push(err123);
}
errors++;
}
if(typeof data47 == "number"){
if(data47 > 9007199254740991 || isNaN(data47)){
const err124 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/rewardDefinitions/" + i5,schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/rewardDefinitions/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},schema:9007199254740991,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.rewardDefinitions.items,data:data47};
if(vErrors === null){
vErrors = [err124];
}
else {
vErrors.push(err124);
}
errors++;
}
if(data47 < 1 || isNaN(data47)){
const err125 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/rewardDefinitions/" + i5,schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/rewardDefinitions/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.rewardDefinitions.items,data:data47};
if(vErrors === null){
vErrors = [err125];
}
else {
vErrors.push(err125);
}
errors++;
}
}
}
}
else {
const err126 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3+"/rewardDefinitions",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/properties/rewardDefinitions/type",keyword:"type",params:{type: "array"},schema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.rewardDefinitions.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.properties.rewardDefinitions,data:data46};
if(vErrors === null){
vErrors = [err126];
}
else {
vErrors.push(err126);
}
errors++;
}
}
}
else {
const err127 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs/" + i3,schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/items/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.items,data:data41};
if(vErrors === null){
vErrors = [err127];
}
else {
vErrors.push(err127);
}
errors++;
}
}
}
else {
const err128 = {instancePath:instancePath+"/spec/klaviyo/rehearsalSecretRefs",schemaPath:"#/properties/spec/properties/klaviyo/properties/rehearsalSecretRefs/type",keyword:"type",params:{type: "array"},schema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.rehearsalSecretRefs,data:data40};
if(vErrors === null){
vErrors = [err128];
}
else {
vErrors.push(err128);
}
errors++;
}
}
if(data31.actions !== undefined){
let data48 = data31.actions;
if(Array.isArray(data48)){
if(data48.length > 8){
const err129 = {instancePath:instancePath+"/spec/klaviyo/actions",schemaPath:"#/properties/spec/properties/klaviyo/properties/actions/maxItems",keyword:"maxItems",params:{limit: 8},schema:8,parentSchema:schema11.properties.spec.properties.klaviyo.properties.actions,data:data48};
if(vErrors === null){
vErrors = [err129];
}
else {
vErrors.push(err129);
}
errors++;
}
if(data48.length < 1){
const err130 = {instancePath:instancePath+"/spec/klaviyo/actions",schemaPath:"#/properties/spec/properties/klaviyo/properties/actions/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.actions,data:data48};
if(vErrors === null){
vErrors = [err130];
}
else {
vErrors.push(err130);
}
errors++;
}
const len6 = data48.length;
for(let i6=0; i6<len6; i6++){
let data49 = data48[i6];
if(typeof data49 !== "string"){
const err131 = {instancePath:instancePath+"/spec/klaviyo/actions/" + i6,schemaPath:"#/properties/spec/properties/klaviyo/properties/actions/items/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.klaviyo.properties.actions.items.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.actions.items,data:data49};
if(vErrors === null){
vErrors = [err131];
}
else {
vErrors.push(err131);
}
errors++;
}
if(!(((((data49 === "rewards") || (data49 === "benefits")) || (data49 === "credits")) || (data49 === "interactions")) || (data49 === "attributes"))){
const err132 = {instancePath:instancePath+"/spec/klaviyo/actions/" + i6,schemaPath:"#/properties/spec/properties/klaviyo/properties/actions/items/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.klaviyo.properties.actions.items.enum},schema:schema11.properties.spec.properties.klaviyo.properties.actions.items.enum,parentSchema:schema11.properties.spec.properties.klaviyo.properties.actions.items,data:data49};
if(vErrors === null){
vErrors = [err132];
}
else {
vErrors.push(err132);
}
errors++;
}
}
}
else {
const err133 = {instancePath:instancePath+"/spec/klaviyo/actions",schemaPath:"#/properties/spec/properties/klaviyo/properties/actions/type",keyword:"type",params:{type: "array"},schema:schema11.properties.spec.properties.klaviyo.properties.actions.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.actions,data:data48};
if(vErrors === null){
vErrors = [err133];
}
else {
vErrors.push(err133);
}
errors++;
}
}
let data50 = data31.identityHandle;
if(typeof data50 === "string"){
if(func2(data50) > 64){
const err134 = {instancePath:instancePath+"/spec/klaviyo/identityHandle",schemaPath:"#/properties/spec/properties/klaviyo/properties/identityHandle/maxLength",keyword:"maxLength",params:{limit: 64},schema:64,parentSchema:schema11.properties.spec.properties.klaviyo.properties.identityHandle,data:data50};
if(vErrors === null){
vErrors = [err134];
}
else {
vErrors.push(err134);
}
errors++;
}
if(func2(data50) < 1){
const err135 = {instancePath:instancePath+"/spec/klaviyo/identityHandle",schemaPath:"#/properties/spec/properties/klaviyo/properties/identityHandle/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.identityHandle,data:data50};
if(vErrors === null){
vErrors = [err135];
}
else {
vErrors.push(err135);
}
errors++;
}
if(!pattern11.test(data50)){
const err136 = {instancePath:instancePath+"/spec/klaviyo/identityHandle",schemaPath:"#/properties/spec/properties/klaviyo/properties/identityHandle/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$"},schema:"^[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$",parentSchema:schema11.properties.spec.properties.klaviyo.properties.identityHandle,data:data50};
if(vErrors === null){
vErrors = [err136];
}
else {
vErrors.push(err136);
}
errors++;
}
}
else {
const err137 = {instancePath:instancePath+"/spec/klaviyo/identityHandle",schemaPath:"#/properties/spec/properties/klaviyo/properties/identityHandle/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.klaviyo.properties.identityHandle.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.identityHandle,data:data50};
if(vErrors === null){
vErrors = [err137];
}
else {
vErrors.push(err137);
}
errors++;
}
let data51 = data31.identifiers;
if(typeof data51 !== "string"){
const err138 = {instancePath:instancePath+"/spec/klaviyo/identifiers",schemaPath:"#/properties/spec/properties/klaviyo/properties/identifiers/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.klaviyo.properties.identifiers.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.identifiers,data:data51};
if(vErrors === null){
vErrors = [err138];
}
else {
vErrors.push(err138);
}
errors++;
}
if(!((data51 === "both") || (data51 === "any"))){
const err139 = {instancePath:instancePath+"/spec/klaviyo/identifiers",schemaPath:"#/properties/spec/properties/klaviyo/properties/identifiers/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.klaviyo.properties.identifiers.enum},schema:schema11.properties.spec.properties.klaviyo.properties.identifiers.enum,parentSchema:schema11.properties.spec.properties.klaviyo.properties.identifiers,data:data51};
if(vErrors === null){
vErrors = [err139];
}
else {
vErrors.push(err139);
}
errors++;
}
if(data31.events !== undefined){
let data52 = data31.events;
if(data52 && typeof data52 == "object" && !Array.isArray(data52)){
if(data52.secretRef === undefined){
const err140 = {instancePath:instancePath+"/spec/klaviyo/events",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/required",keyword:"required",params:{missingProperty: "secretRef"},schema:schema11.properties.spec.properties.klaviyo.properties.events.required,parentSchema:schema11.properties.spec.properties.klaviyo.properties.events,data:data52};
if(vErrors === null){
vErrors = [err140];
}
else {
vErrors.push(err140);
}
errors++;
}
for(const key13 in data52){
if(!(key13 === "secretRef")){
const err141 = {instancePath:instancePath+"/spec/klaviyo/events",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key13},schema:false,parentSchema:schema11.properties.spec.properties.klaviyo.properties.events,data:data52};
if(vErrors === null){
vErrors = [err141];
}
else {
vErrors.push(err141);
}
errors++;
}
}
if(data52.secretRef !== undefined){
let data53 = data52.secretRef;
if(data53 && typeof data53 == "object" && !Array.isArray(data53)){
if(data53.name === undefined){
const err142 = {instancePath:instancePath+"/spec/klaviyo/events/secretRef",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/properties/secretRef/required",keyword:"required",params:{missingProperty: "name"},schema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef.required,parentSchema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef,data:data53};
if(vErrors === null){
vErrors = [err142];
}
else {
vErrors.push(err142);
}
errors++;
}
for(const key14 in data53){
if(!((key14 === "name") || (key14 === "key"))){
const err143 = {instancePath:instancePath+"/spec/klaviyo/events/secretRef",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/properties/secretRef/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key14},schema:false,parentSchema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef,data:data53};
if(vErrors === null){
vErrors = [err143];
}
else {
vErrors.push(err143);
}
errors++;
}
}
if(data53.name !== undefined){
let data54 = data53.name;
if(typeof data54 === "string"){
if(func2(data54) > 253){
const err144 = {instancePath:instancePath+"/spec/klaviyo/events/secretRef/name",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/properties/secretRef/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},schema:253,parentSchema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef.properties.name,data:data54};
if(vErrors === null){
vErrors = [err144];
}
else {
vErrors.push(err144);
}
errors++;
}
if(func2(data54) < 1){
const err145 = {instancePath:instancePath+"/spec/klaviyo/events/secretRef/name",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/properties/secretRef/properties/name/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef.properties.name,data:data54};
if(vErrors === null){
vErrors = [err145];
}
else {
vErrors.push(err145);
}
errors++;
}
if(!pattern4.test(data54)){
const err146 = {instancePath:instancePath+"/spec/klaviyo/events/secretRef/name",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/properties/secretRef/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$"},schema:"^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",parentSchema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef.properties.name,data:data54};
if(vErrors === null){
vErrors = [err146];
}
else {
vErrors.push(err146);
}
errors++;
}
}
else {
const err147 = {instancePath:instancePath+"/spec/klaviyo/events/secretRef/name",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/properties/secretRef/properties/name/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef.properties.name.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef.properties.name,data:data54};
if(vErrors === null){
vErrors = [err147];
}
else {
vErrors.push(err147);
}
errors++;
}
}
if(data53.key !== undefined){
let data55 = data53.key;
if(typeof data55 === "string"){
if(func2(data55) > 253){
const err148 = {instancePath:instancePath+"/spec/klaviyo/events/secretRef/key",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/properties/secretRef/properties/key/maxLength",keyword:"maxLength",params:{limit: 253},schema:253,parentSchema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef.properties.key,data:data55};
if(vErrors === null){
vErrors = [err148];
}
else {
vErrors.push(err148);
}
errors++;
}
if(func2(data55) < 1){
const err149 = {instancePath:instancePath+"/spec/klaviyo/events/secretRef/key",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/properties/secretRef/properties/key/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef.properties.key,data:data55};
if(vErrors === null){
vErrors = [err149];
}
else {
vErrors.push(err149);
}
errors++;
}
if(!pattern6.test(data55)){
const err150 = {instancePath:instancePath+"/spec/klaviyo/events/secretRef/key",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/properties/secretRef/properties/key/pattern",keyword:"pattern",params:{pattern: "^[-._a-zA-Z0-9]+$"},schema:"^[-._a-zA-Z0-9]+$",parentSchema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef.properties.key,data:data55};
if(vErrors === null){
vErrors = [err150];
}
else {
vErrors.push(err150);
}
errors++;
}
}
else {
const err151 = {instancePath:instancePath+"/spec/klaviyo/events/secretRef/key",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/properties/secretRef/properties/key/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef.properties.key.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef.properties.key,data:data55};
if(vErrors === null){
vErrors = [err151];
}
else {
vErrors.push(err151);
}
errors++;
}
}
}
else {
const err152 = {instancePath:instancePath+"/spec/klaviyo/events/secretRef",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/properties/secretRef/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.events.properties.secretRef,data:data53};
if(vErrors === null){
vErrors = [err152];
}
else {
vErrors.push(err152);
}
errors++;
}
}
}
else {
const err153 = {instancePath:instancePath+"/spec/klaviyo/events",schemaPath:"#/properties/spec/properties/klaviyo/properties/events/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.klaviyo.properties.events.type,parentSchema:schema11.properties.spec.properties.klaviyo.properties.events,data:data52};
if(vErrors === null){
vErrors = [err153];
}
else {
vErrors.push(err153);
}
errors++;
}
}
}
else {
const err154 = {instancePath:instancePath+"/spec/klaviyo",schemaPath:"#/properties/spec/properties/klaviyo/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.klaviyo.type,parentSchema:schema11.properties.spec.properties.klaviyo,data:data31};
if(vErrors === null){
vErrors = [err154];
}
else {
vErrors.push(err154);
}
errors++;
}
}
let data56 = data13.rewards;
if(data56 && typeof data56 == "object" && !Array.isArray(data56)){
if(data56.timezone === undefined){
data56.timezone = "UTC";
}
for(const key15 in data56){
if(!((key15 === "timezone") || (key15 === "expiresAfter"))){
const err155 = {instancePath:instancePath+"/spec/rewards",schemaPath:"#/properties/spec/properties/rewards/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key15},schema:false,parentSchema:schema11.properties.spec.properties.rewards,data:data56};
if(vErrors === null){
vErrors = [err155];
}
else {
vErrors.push(err155);
}
errors++;
}
}
let data57 = data56.timezone;
if(typeof data57 === "string"){
if(func2(data57) > 64){
const err156 = {instancePath:instancePath+"/spec/rewards/timezone",schemaPath:"#/properties/spec/properties/rewards/properties/timezone/maxLength",keyword:"maxLength",params:{limit: 64},schema:64,parentSchema:schema11.properties.spec.properties.rewards.properties.timezone,data:data57};
if(vErrors === null){
vErrors = [err156];
}
else {
vErrors.push(err156);
}
errors++;
}
if(func2(data57) < 1){
const err157 = {instancePath:instancePath+"/spec/rewards/timezone",schemaPath:"#/properties/spec/properties/rewards/properties/timezone/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.rewards.properties.timezone,data:data57};
if(vErrors === null){
vErrors = [err157];
}
else {
vErrors.push(err157);
}
errors++;
}
if(!pattern14.test(data57)){
const err158 = {instancePath:instancePath+"/spec/rewards/timezone",schemaPath:"#/properties/spec/properties/rewards/properties/timezone/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z][-+_/A-Za-z0-9]*$"},schema:"^[A-Za-z][-+_/A-Za-z0-9]*$",parentSchema:schema11.properties.spec.properties.rewards.properties.timezone,data:data57};
if(vErrors === null){
vErrors = [err158];
}
else {
vErrors.push(err158);
}
errors++;
}
}
else {
const err159 = {instancePath:instancePath+"/spec/rewards/timezone",schemaPath:"#/properties/spec/properties/rewards/properties/timezone/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.rewards.properties.timezone.type,parentSchema:schema11.properties.spec.properties.rewards.properties.timezone,data:data57};
if(vErrors === null){
vErrors = [err159];
}
else {
vErrors.push(err159);
}
errors++;
}
if(data56.expiresAfter !== undefined){
let data58 = data56.expiresAfter;
if(typeof data58 === "string"){
if(func2(data58) > 5){
const err160 = {instancePath:instancePath+"/spec/rewards/expiresAfter",schemaPath:"#/properties/spec/properties/rewards/properties/expiresAfter/maxLength",keyword:"maxLength",params:{limit: 5},schema:5,parentSchema:schema11.properties.spec.properties.rewards.properties.expiresAfter,data:data58};
if(vErrors === null){
vErrors = [err160];
}
else {
vErrors.push(err160);
}
errors++;
}
if(!pattern15.test(data58)){
const err161 = {instancePath:instancePath+"/spec/rewards/expiresAfter",schemaPath:"#/properties/spec/properties/rewards/properties/expiresAfter/pattern",keyword:"pattern",params:{pattern: "^[1-9][0-9]{0,3}[hdw]$"},schema:"^[1-9][0-9]{0,3}[hdw]$",parentSchema:schema11.properties.spec.properties.rewards.properties.expiresAfter,data:data58};
if(vErrors === null){
vErrors = [err161];
}
else {
vErrors.push(err161);
}
errors++;
}
}
else {
const err162 = {instancePath:instancePath+"/spec/rewards/expiresAfter",schemaPath:"#/properties/spec/properties/rewards/properties/expiresAfter/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.rewards.properties.expiresAfter.type,parentSchema:schema11.properties.spec.properties.rewards.properties.expiresAfter,data:data58};
if(vErrors === null){
vErrors = [err162];
}
else {
vErrors.push(err162);
}
errors++;
}
}
}
else {
const err163 = {instancePath:instancePath+"/spec/rewards",schemaPath:"#/properties/spec/properties/rewards/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.rewards.type,parentSchema:schema11.properties.spec.properties.rewards,data:data56};
if(vErrors === null){
vErrors = [err163];
}
else {
vErrors.push(err163);
}
errors++;
}
if(data13.limits !== undefined){
let data59 = data13.limits;
if(data59 && typeof data59 == "object" && !Array.isArray(data59)){
for(const key16 in data59){
if(!((((key16 === "rewardDefinitions") || (key16 === "maxAmount")) || (key16 === "perDay")) || (key16 === "perProfilePerDay"))){
const err164 = {instancePath:instancePath+"/spec/limits",schemaPath:"#/properties/spec/properties/limits/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key16},schema:false,parentSchema:schema11.properties.spec.properties.limits,data:data59};
if(vErrors === null){
vErrors = [err164];
}
else {
vErrors.push(err164);
}
errors++;
}
}
if(data59.rewardDefinitions !== undefined){
let data60 = data59.rewardDefinitions;
if(Array.isArray(data60)){
if(data60.length > 200){
const err165 = {instancePath:instancePath+"/spec/limits/rewardDefinitions",schemaPath:"#/properties/spec/properties/limits/properties/rewardDefinitions/maxItems",keyword:"maxItems",params:{limit: 200},schema:200,parentSchema:schema11.properties.spec.properties.limits.properties.rewardDefinitions,data:data60};
if(vErrors === null){
vErrors = [err165];
}
else {
vErrors.push(err165);
}
errors++;
}
if(data60.length < 1){
const err166 = {instancePath:instancePath+"/spec/limits/rewardDefinitions",schemaPath:"#/properties/spec/properties/limits/properties/rewardDefinitions/minItems",keyword:"minItems",params:{limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.limits.properties.rewardDefinitions,data:data60};
if(vErrors === null){
vErrors = [err166];
}
else {
vErrors.push(err166);
}
errors++;
}
const len7 = data60.length;
for(let i7=0; i7<len7; i7++){
let data61 = data60[i7];
if(!((typeof data61 == "number") && (!(data61 % 1) && !isNaN(data61)))){
const err167 = {instancePath:instancePath+"/spec/limits/rewardDefinitions/" + i7,schemaPath:"#/properties/spec/properties/limits/properties/rewardDefinitions/items/type",keyword:"type",params:{type: "integer"},schema:schema11.properties.spec.properties.limits.properties.rewardDefinitions.items.type,parentSchema:schema11.properties.spec.properties.limits.properties.rewardDefinitions.items,data:data61};
if(vErrors === null){
vErrors = [err167];
}
else {
vErrors.push(err167);
}
errors++;
}
if(typeof data61 == "number"){
if(data61 > 9007199254740991 || isNaN(data61)){
const err168 = {instancePath:instancePath+"/spec/limits/rewardDefinitions/" + i7,schemaPath:"#/properties/spec/properties/limits/properties/rewardDefinitions/items/maximum",keyword:"maximum",params:{comparison: "<=", limit: 9007199254740991},schema:9007199254740991,parentSchema:schema11.properties.spec.properties.limits.properties.rewardDefinitions.items,data:data61};
if(vErrors === null){
vErrors = [err168];
}
else {
vErrors.push(err168);
}
errors++;
}
if(data61 < 1 || isNaN(data61)){
const err169 = {instancePath:instancePath+"/spec/limits/rewardDefinitions/" + i7,schemaPath:"#/properties/spec/properties/limits/properties/rewardDefinitions/items/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.limits.properties.rewardDefinitions.items,data:data61};
if(vErrors === null){
vErrors = [err169];
}
else {
vErrors.push(err169);
}
errors++;
}
}
}
}
else {
const err170 = {instancePath:instancePath+"/spec/limits/rewardDefinitions",schemaPath:"#/properties/spec/properties/limits/properties/rewardDefinitions/type",keyword:"type",params:{type: "array"},schema:schema11.properties.spec.properties.limits.properties.rewardDefinitions.type,parentSchema:schema11.properties.spec.properties.limits.properties.rewardDefinitions,data:data60};
if(vErrors === null){
vErrors = [err170];
}
else {
vErrors.push(err170);
}
errors++;
}
}
if(data59.maxAmount !== undefined){
let data62 = data59.maxAmount;
if(typeof data62 == "number"){
if(data62 > 1000000000 || isNaN(data62)){
const err171 = {instancePath:instancePath+"/spec/limits/maxAmount",schemaPath:"#/properties/spec/properties/limits/properties/maxAmount/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000},schema:1000000000,parentSchema:schema11.properties.spec.properties.limits.properties.maxAmount,data:data62};
if(vErrors === null){
vErrors = [err171];
}
else {
vErrors.push(err171);
}
errors++;
}
if(data62 < 0.01 || isNaN(data62)){
const err172 = {instancePath:instancePath+"/spec/limits/maxAmount",schemaPath:"#/properties/spec/properties/limits/properties/maxAmount/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0.01},schema:0.01,parentSchema:schema11.properties.spec.properties.limits.properties.maxAmount,data:data62};
if(vErrors === null){
vErrors = [err172];
}
else {
vErrors.push(err172);
}
errors++;
}
}
else {
const err173 = {instancePath:instancePath+"/spec/limits/maxAmount",schemaPath:"#/properties/spec/properties/limits/properties/maxAmount/type",keyword:"type",params:{type: "number"},schema:schema11.properties.spec.properties.limits.properties.maxAmount.type,parentSchema:schema11.properties.spec.properties.limits.properties.maxAmount,data:data62};
if(vErrors === null){
vErrors = [err173];
}
else {
vErrors.push(err173);
}
errors++;
}
}
if(data59.perDay !== undefined){
let data63 = data59.perDay;
if(data63 && typeof data63 == "object" && !Array.isArray(data63)){
for(const key17 in data63){
if(!((key17 === "rewards") || (key17 === "amount"))){
const err174 = {instancePath:instancePath+"/spec/limits/perDay",schemaPath:"#/properties/spec/properties/limits/properties/perDay/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key17},schema:false,parentSchema:schema11.properties.spec.properties.limits.properties.perDay,data:data63};
if(vErrors === null){
vErrors = [err174];
}
else {
vErrors.push(err174);
}
errors++;
}
}
if(data63.rewards !== undefined){
let data64 = data63.rewards;
if(!((typeof data64 == "number") && (!(data64 % 1) && !isNaN(data64)))){
const err175 = {instancePath:instancePath+"/spec/limits/perDay/rewards",schemaPath:"#/properties/spec/properties/limits/properties/perDay/properties/rewards/type",keyword:"type",params:{type: "integer"},schema:schema11.properties.spec.properties.limits.properties.perDay.properties.rewards.type,parentSchema:schema11.properties.spec.properties.limits.properties.perDay.properties.rewards,data:data64};
if(vErrors === null){
vErrors = [err175];
}
else {
vErrors.push(err175);
}
errors++;
}
if(typeof data64 == "number"){
if(data64 > 1000000000 || isNaN(data64)){
const err176 = {instancePath:instancePath+"/spec/limits/perDay/rewards",schemaPath:"#/properties/spec/properties/limits/properties/perDay/properties/rewards/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000},schema:1000000000,parentSchema:schema11.properties.spec.properties.limits.properties.perDay.properties.rewards,data:data64};
if(vErrors === null){
vErrors = [err176];
}
else {
vErrors.push(err176);
}
errors++;
}
if(data64 < 1 || isNaN(data64)){
const err177 = {instancePath:instancePath+"/spec/limits/perDay/rewards",schemaPath:"#/properties/spec/properties/limits/properties/perDay/properties/rewards/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.limits.properties.perDay.properties.rewards,data:data64};
if(vErrors === null){
vErrors = [err177];
}
else {
vErrors.push(err177);
}
errors++;
}
}
}
if(data63.amount !== undefined){
let data65 = data63.amount;
if(typeof data65 == "number"){
if(data65 > 1000000000000 || isNaN(data65)){
const err178 = {instancePath:instancePath+"/spec/limits/perDay/amount",schemaPath:"#/properties/spec/properties/limits/properties/perDay/properties/amount/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000000},schema:1000000000000,parentSchema:schema11.properties.spec.properties.limits.properties.perDay.properties.amount,data:data65};
if(vErrors === null){
vErrors = [err178];
}
else {
vErrors.push(err178);
}
errors++;
}
if(data65 < 0.01 || isNaN(data65)){
const err179 = {instancePath:instancePath+"/spec/limits/perDay/amount",schemaPath:"#/properties/spec/properties/limits/properties/perDay/properties/amount/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0.01},schema:0.01,parentSchema:schema11.properties.spec.properties.limits.properties.perDay.properties.amount,data:data65};
if(vErrors === null){
vErrors = [err179];
}
else {
vErrors.push(err179);
}
errors++;
}
}
else {
const err180 = {instancePath:instancePath+"/spec/limits/perDay/amount",schemaPath:"#/properties/spec/properties/limits/properties/perDay/properties/amount/type",keyword:"type",params:{type: "number"},schema:schema11.properties.spec.properties.limits.properties.perDay.properties.amount.type,parentSchema:schema11.properties.spec.properties.limits.properties.perDay.properties.amount,data:data65};
if(vErrors === null){
vErrors = [err180];
}
else {
vErrors.push(err180);
}
errors++;
}
}
}
else {
const err181 = {instancePath:instancePath+"/spec/limits/perDay",schemaPath:"#/properties/spec/properties/limits/properties/perDay/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.limits.properties.perDay.type,parentSchema:schema11.properties.spec.properties.limits.properties.perDay,data:data63};
if(vErrors === null){
vErrors = [err181];
}
else {
vErrors.push(err181);
}
errors++;
}
}
if(data59.perProfilePerDay !== undefined){
let data66 = data59.perProfilePerDay;
if(data66 && typeof data66 == "object" && !Array.isArray(data66)){
for(const key18 in data66){
if(!((key18 === "rewards") || (key18 === "amount"))){
const err182 = {instancePath:instancePath+"/spec/limits/perProfilePerDay",schemaPath:"#/properties/spec/properties/limits/properties/perProfilePerDay/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key18},schema:false,parentSchema:schema11.properties.spec.properties.limits.properties.perProfilePerDay,data:data66};
if(vErrors === null){
vErrors = [err182];
}
else {
vErrors.push(err182);
}
errors++;
}
}
if(data66.rewards !== undefined){
let data67 = data66.rewards;
if(!((typeof data67 == "number") && (!(data67 % 1) && !isNaN(data67)))){
const err183 = {instancePath:instancePath+"/spec/limits/perProfilePerDay/rewards",schemaPath:"#/properties/spec/properties/limits/properties/perProfilePerDay/properties/rewards/type",keyword:"type",params:{type: "integer"},schema:schema11.properties.spec.properties.limits.properties.perProfilePerDay.properties.rewards.type,parentSchema:schema11.properties.spec.properties.limits.properties.perProfilePerDay.properties.rewards,data:data67};
if(vErrors === null){
vErrors = [err183];
}
else {
vErrors.push(err183);
}
errors++;
}
if(typeof data67 == "number"){
if(data67 > 1000000000 || isNaN(data67)){
const err184 = {instancePath:instancePath+"/spec/limits/perProfilePerDay/rewards",schemaPath:"#/properties/spec/properties/limits/properties/perProfilePerDay/properties/rewards/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000},schema:1000000000,parentSchema:schema11.properties.spec.properties.limits.properties.perProfilePerDay.properties.rewards,data:data67};
if(vErrors === null){
vErrors = [err184];
}
else {
vErrors.push(err184);
}
errors++;
}
if(data67 < 1 || isNaN(data67)){
const err185 = {instancePath:instancePath+"/spec/limits/perProfilePerDay/rewards",schemaPath:"#/properties/spec/properties/limits/properties/perProfilePerDay/properties/rewards/minimum",keyword:"minimum",params:{comparison: ">=", limit: 1},schema:1,parentSchema:schema11.properties.spec.properties.limits.properties.perProfilePerDay.properties.rewards,data:data67};
if(vErrors === null){
vErrors = [err185];
}
else {
vErrors.push(err185);
}
errors++;
}
}
}
if(data66.amount !== undefined){
let data68 = data66.amount;
if(typeof data68 == "number"){
if(data68 > 1000000000000 || isNaN(data68)){
const err186 = {instancePath:instancePath+"/spec/limits/perProfilePerDay/amount",schemaPath:"#/properties/spec/properties/limits/properties/perProfilePerDay/properties/amount/maximum",keyword:"maximum",params:{comparison: "<=", limit: 1000000000000},schema:1000000000000,parentSchema:schema11.properties.spec.properties.limits.properties.perProfilePerDay.properties.amount,data:data68};
if(vErrors === null){
vErrors = [err186];
}
else {
vErrors.push(err186);
}
errors++;
}
if(data68 < 0.01 || isNaN(data68)){
const err187 = {instancePath:instancePath+"/spec/limits/perProfilePerDay/amount",schemaPath:"#/properties/spec/properties/limits/properties/perProfilePerDay/properties/amount/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0.01},schema:0.01,parentSchema:schema11.properties.spec.properties.limits.properties.perProfilePerDay.properties.amount,data:data68};
if(vErrors === null){
vErrors = [err187];
}
else {
vErrors.push(err187);
}
errors++;
}
}
else {
const err188 = {instancePath:instancePath+"/spec/limits/perProfilePerDay/amount",schemaPath:"#/properties/spec/properties/limits/properties/perProfilePerDay/properties/amount/type",keyword:"type",params:{type: "number"},schema:schema11.properties.spec.properties.limits.properties.perProfilePerDay.properties.amount.type,parentSchema:schema11.properties.spec.properties.limits.properties.perProfilePerDay.properties.amount,data:data68};
if(vErrors === null){
vErrors = [err188];
}
else {
vErrors.push(err188);
}
errors++;
}
}
}
else {
const err189 = {instancePath:instancePath+"/spec/limits/perProfilePerDay",schemaPath:"#/properties/spec/properties/limits/properties/perProfilePerDay/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.limits.properties.perProfilePerDay.type,parentSchema:schema11.properties.spec.properties.limits.properties.perProfilePerDay,data:data66};
if(vErrors === null){
vErrors = [err189];
}
else {
vErrors.push(err189);
}
errors++;
}
}
}
else {
const err190 = {instancePath:instancePath+"/spec/limits",schemaPath:"#/properties/spec/properties/limits/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.limits.type,parentSchema:schema11.properties.spec.properties.limits,data:data59};
if(vErrors === null){
vErrors = [err190];
}
else {
vErrors.push(err190);
}
errors++;
}
}
if(data13.delivery !== undefined){
let data69 = data13.delivery;
if(data69 && typeof data69 == "object" && !Array.isArray(data69)){
if(data69.profileNotFound === undefined){
data69.profileNotFound = "Reject";
}
if(data69.giveUpAfter === undefined){
data69.giveUpAfter = "72h";
}
for(const key19 in data69){
if(!(((key19 === "mode") || (key19 === "profileNotFound")) || (key19 === "giveUpAfter"))){
const err191 = {instancePath:instancePath+"/spec/delivery",schemaPath:"#/properties/spec/properties/delivery/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key19},schema:false,parentSchema:schema11.properties.spec.properties.delivery,data:data69};
if(vErrors === null){
vErrors = [err191];
}
else {
vErrors.push(err191);
}
errors++;
}
}
if(data69.mode !== undefined){
let data70 = data69.mode;
if(typeof data70 !== "string"){
const err192 = {instancePath:instancePath+"/spec/delivery/mode",schemaPath:"#/properties/spec/properties/delivery/properties/mode/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.delivery.properties.mode.type,parentSchema:schema11.properties.spec.properties.delivery.properties.mode,data:data70};
if(vErrors === null){
vErrors = [err192];
}
else {
vErrors.push(err192);
}
errors++;
}
if(!((data70 === "Durable") || (data70 === "Synchronous"))){
const err193 = {instancePath:instancePath+"/spec/delivery/mode",schemaPath:"#/properties/spec/properties/delivery/properties/mode/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.delivery.properties.mode.enum},schema:schema11.properties.spec.properties.delivery.properties.mode.enum,parentSchema:schema11.properties.spec.properties.delivery.properties.mode,data:data70};
if(vErrors === null){
vErrors = [err193];
}
else {
vErrors.push(err193);
}
errors++;
}
}
let data71 = data69.profileNotFound;
if(typeof data71 !== "string"){
const err194 = {instancePath:instancePath+"/spec/delivery/profileNotFound",schemaPath:"#/properties/spec/properties/delivery/properties/profileNotFound/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.delivery.properties.profileNotFound.type,parentSchema:schema11.properties.spec.properties.delivery.properties.profileNotFound,data:data71};
if(vErrors === null){
vErrors = [err194];
}
else {
vErrors.push(err194);
}
errors++;
}
if(!((data71 === "Reject") || (data71 === "Wait"))){
const err195 = {instancePath:instancePath+"/spec/delivery/profileNotFound",schemaPath:"#/properties/spec/properties/delivery/properties/profileNotFound/enum",keyword:"enum",params:{allowedValues: schema11.properties.spec.properties.delivery.properties.profileNotFound.enum},schema:schema11.properties.spec.properties.delivery.properties.profileNotFound.enum,parentSchema:schema11.properties.spec.properties.delivery.properties.profileNotFound,data:data71};
if(vErrors === null){
vErrors = [err195];
}
else {
vErrors.push(err195);
}
errors++;
}
let data72 = data69.giveUpAfter;
if(typeof data72 === "string"){
if(func2(data72) > 5){
const err196 = {instancePath:instancePath+"/spec/delivery/giveUpAfter",schemaPath:"#/properties/spec/properties/delivery/properties/giveUpAfter/maxLength",keyword:"maxLength",params:{limit: 5},schema:5,parentSchema:schema11.properties.spec.properties.delivery.properties.giveUpAfter,data:data72};
if(vErrors === null){
vErrors = [err196];
}
else {
vErrors.push(err196);
}
errors++;
}
if(!pattern15.test(data72)){
const err197 = {instancePath:instancePath+"/spec/delivery/giveUpAfter",schemaPath:"#/properties/spec/properties/delivery/properties/giveUpAfter/pattern",keyword:"pattern",params:{pattern: "^[1-9][0-9]{0,3}[hdw]$"},schema:"^[1-9][0-9]{0,3}[hdw]$",parentSchema:schema11.properties.spec.properties.delivery.properties.giveUpAfter,data:data72};
if(vErrors === null){
vErrors = [err197];
}
else {
vErrors.push(err197);
}
errors++;
}
}
else {
const err198 = {instancePath:instancePath+"/spec/delivery/giveUpAfter",schemaPath:"#/properties/spec/properties/delivery/properties/giveUpAfter/type",keyword:"type",params:{type: "string"},schema:schema11.properties.spec.properties.delivery.properties.giveUpAfter.type,parentSchema:schema11.properties.spec.properties.delivery.properties.giveUpAfter,data:data72};
if(vErrors === null){
vErrors = [err198];
}
else {
vErrors.push(err198);
}
errors++;
}
}
else {
const err199 = {instancePath:instancePath+"/spec/delivery",schemaPath:"#/properties/spec/properties/delivery/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.properties.delivery.type,parentSchema:schema11.properties.spec.properties.delivery,data:data69};
if(vErrors === null){
vErrors = [err199];
}
else {
vErrors.push(err199);
}
errors++;
}
}
}
else {
const err200 = {instancePath:instancePath+"/spec",schemaPath:"#/properties/spec/type",keyword:"type",params:{type: "object"},schema:schema11.properties.spec.type,parentSchema:schema11.properties.spec,data:data13};
if(vErrors === null){
vErrors = [err200];
}
else {
vErrors.push(err200);
}
errors++;
}
}
let data73 = data.status;
if(data73 && typeof data73 == "object" && !Array.isArray(data73)){
for(const key20 in data73){
if(!(((((key20 === "observedGeneration") || (key20 === "slug")) || (key20 === "path")) || (key20 === "deliveries")) || (key20 === "conditions"))){
const err201 = {instancePath:instancePath+"/status",schemaPath:"#/properties/status/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key20},schema:false,parentSchema:schema11.properties.status,data:data73};
if(vErrors === null){
vErrors = [err201];
}
else {
vErrors.push(err201);
}
errors++;
}
}
if(data73.observedGeneration !== undefined){
let data74 = data73.observedGeneration;
if(!((typeof data74 == "number") && (!(data74 % 1) && !isNaN(data74)))){
const err202 = {instancePath:instancePath+"/status/observedGeneration",schemaPath:"#/properties/status/properties/observedGeneration/type",keyword:"type",params:{type: "integer"},schema:schema11.properties.status.properties.observedGeneration.type,parentSchema:schema11.properties.status.properties.observedGeneration,data:data74};
if(vErrors === null){
vErrors = [err202];
}
else {
vErrors.push(err202);
}
errors++;
}
}
if(data73.slug !== undefined){
let data75 = data73.slug;
if(typeof data75 === "string"){
if(func2(data75) > 253){
const err203 = {instancePath:instancePath+"/status/slug",schemaPath:"#/properties/status/properties/slug/maxLength",keyword:"maxLength",params:{limit: 253},schema:253,parentSchema:schema11.properties.status.properties.slug,data:data75};
if(vErrors === null){
vErrors = [err203];
}
else {
vErrors.push(err203);
}
errors++;
}
}
else {
const err204 = {instancePath:instancePath+"/status/slug",schemaPath:"#/properties/status/properties/slug/type",keyword:"type",params:{type: "string"},schema:schema11.properties.status.properties.slug.type,parentSchema:schema11.properties.status.properties.slug,data:data75};
if(vErrors === null){
vErrors = [err204];
}
else {
vErrors.push(err204);
}
errors++;
}
}
if(data73.path !== undefined){
let data76 = data73.path;
if(typeof data76 === "string"){
if(func2(data76) > 320){
const err205 = {instancePath:instancePath+"/status/path",schemaPath:"#/properties/status/properties/path/maxLength",keyword:"maxLength",params:{limit: 320},schema:320,parentSchema:schema11.properties.status.properties.path,data:data76};
if(vErrors === null){
vErrors = [err205];
}
else {
vErrors.push(err205);
}
errors++;
}
}
else {
const err206 = {instancePath:instancePath+"/status/path",schemaPath:"#/properties/status/properties/path/type",keyword:"type",params:{type: "string"},schema:schema11.properties.status.properties.path.type,parentSchema:schema11.properties.status.properties.path,data:data76};
if(vErrors === null){
vErrors = [err206];
}
else {
vErrors.push(err206);
}
errors++;
}
}
if(data73.deliveries !== undefined){
let data77 = data73.deliveries;
if(data77 && typeof data77 == "object" && !Array.isArray(data77)){
if(data77.waiting === undefined){
const err207 = {instancePath:instancePath+"/status/deliveries",schemaPath:"#/properties/status/properties/deliveries/required",keyword:"required",params:{missingProperty: "waiting"},schema:schema11.properties.status.properties.deliveries.required,parentSchema:schema11.properties.status.properties.deliveries,data:data77};
if(vErrors === null){
vErrors = [err207];
}
else {
vErrors.push(err207);
}
errors++;
}
if(data77.parked === undefined){
const err208 = {instancePath:instancePath+"/status/deliveries",schemaPath:"#/properties/status/properties/deliveries/required",keyword:"required",params:{missingProperty: "parked"},schema:schema11.properties.status.properties.deliveries.required,parentSchema:schema11.properties.status.properties.deliveries,data:data77};
if(vErrors === null){
vErrors = [err208];
}
else {
vErrors.push(err208);
}
errors++;
}
for(const key21 in data77){
if(!(((key21 === "waiting") || (key21 === "parked")) || (key21 === "oldestWaiting"))){
const err209 = {instancePath:instancePath+"/status/deliveries",schemaPath:"#/properties/status/properties/deliveries/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key21},schema:false,parentSchema:schema11.properties.status.properties.deliveries,data:data77};
if(vErrors === null){
vErrors = [err209];
}
else {
vErrors.push(err209);
}
errors++;
}
}
if(data77.waiting !== undefined){
let data78 = data77.waiting;
if(!((typeof data78 == "number") && (!(data78 % 1) && !isNaN(data78)))){
const err210 = {instancePath:instancePath+"/status/deliveries/waiting",schemaPath:"#/properties/status/properties/deliveries/properties/waiting/type",keyword:"type",params:{type: "integer"},schema:schema11.properties.status.properties.deliveries.properties.waiting.type,parentSchema:schema11.properties.status.properties.deliveries.properties.waiting,data:data78};
if(vErrors === null){
vErrors = [err210];
}
else {
vErrors.push(err210);
}
errors++;
}
if(typeof data78 == "number"){
if(data78 < 0 || isNaN(data78)){
const err211 = {instancePath:instancePath+"/status/deliveries/waiting",schemaPath:"#/properties/status/properties/deliveries/properties/waiting/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema11.properties.status.properties.deliveries.properties.waiting,data:data78};
if(vErrors === null){
vErrors = [err211];
}
else {
vErrors.push(err211);
}
errors++;
}
}
}
if(data77.parked !== undefined){
let data79 = data77.parked;
if(!((typeof data79 == "number") && (!(data79 % 1) && !isNaN(data79)))){
const err212 = {instancePath:instancePath+"/status/deliveries/parked",schemaPath:"#/properties/status/properties/deliveries/properties/parked/type",keyword:"type",params:{type: "integer"},schema:schema11.properties.status.properties.deliveries.properties.parked.type,parentSchema:schema11.properties.status.properties.deliveries.properties.parked,data:data79};
if(vErrors === null){
vErrors = [err212];
}
else {
vErrors.push(err212);
}
errors++;
}
if(typeof data79 == "number"){
if(data79 < 0 || isNaN(data79)){
const err213 = {instancePath:instancePath+"/status/deliveries/parked",schemaPath:"#/properties/status/properties/deliveries/properties/parked/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema11.properties.status.properties.deliveries.properties.parked,data:data79};
if(vErrors === null){
vErrors = [err213];
}
else {
vErrors.push(err213);
}
errors++;
}
}
}
if(data77.oldestWaiting !== undefined){
let data80 = data77.oldestWaiting;
if(!(typeof data80 === "string")){
const err214 = {instancePath:instancePath+"/status/deliveries/oldestWaiting",schemaPath:"#/properties/status/properties/deliveries/properties/oldestWaiting/type",keyword:"type",params:{type: "string"},schema:schema11.properties.status.properties.deliveries.properties.oldestWaiting.type,parentSchema:schema11.properties.status.properties.deliveries.properties.oldestWaiting,data:data80};
if(vErrors === null){
vErrors = [err214];
}
else {
vErrors.push(err214);
}
errors++;
}
}
}
else {
const err215 = {instancePath:instancePath+"/status/deliveries",schemaPath:"#/properties/status/properties/deliveries/type",keyword:"type",params:{type: "object"},schema:schema11.properties.status.properties.deliveries.type,parentSchema:schema11.properties.status.properties.deliveries,data:data77};
if(vErrors === null){
vErrors = [err215];
}
else {
vErrors.push(err215);
}
errors++;
}
}
if(data73.conditions !== undefined){
let data81 = data73.conditions;
if(Array.isArray(data81)){
if(data81.length > 16){
const err216 = {instancePath:instancePath+"/status/conditions",schemaPath:"#/properties/status/properties/conditions/maxItems",keyword:"maxItems",params:{limit: 16},schema:16,parentSchema:schema11.properties.status.properties.conditions,data:data81};
if(vErrors === null){
vErrors = [err216];
}
else {
vErrors.push(err216);
}
errors++;
}
const len8 = data81.length;
for(let i8=0; i8<len8; i8++){
let data82 = data81[i8];
if(data82 && typeof data82 == "object" && !Array.isArray(data82)){
if(data82.type === undefined){
const err217 = {instancePath:instancePath+"/status/conditions/" + i8,schemaPath:"#/properties/status/properties/conditions/items/required",keyword:"required",params:{missingProperty: "type"},schema:schema11.properties.status.properties.conditions.items.required,parentSchema:schema11.properties.status.properties.conditions.items,data:data82};
if(vErrors === null){
vErrors = [err217];
}
else {
vErrors.push(err217);
}
errors++;
}
if(data82.status === undefined){
const err218 = {instancePath:instancePath+"/status/conditions/" + i8,schemaPath:"#/properties/status/properties/conditions/items/required",keyword:"required",params:{missingProperty: "status"},schema:schema11.properties.status.properties.conditions.items.required,parentSchema:schema11.properties.status.properties.conditions.items,data:data82};
if(vErrors === null){
vErrors = [err218];
}
else {
vErrors.push(err218);
}
errors++;
}
if(data82.reason === undefined){
const err219 = {instancePath:instancePath+"/status/conditions/" + i8,schemaPath:"#/properties/status/properties/conditions/items/required",keyword:"required",params:{missingProperty: "reason"},schema:schema11.properties.status.properties.conditions.items.required,parentSchema:schema11.properties.status.properties.conditions.items,data:data82};
if(vErrors === null){
vErrors = [err219];
}
else {
vErrors.push(err219);
}
errors++;
}
if(data82.message === undefined){
const err220 = {instancePath:instancePath+"/status/conditions/" + i8,schemaPath:"#/properties/status/properties/conditions/items/required",keyword:"required",params:{missingProperty: "message"},schema:schema11.properties.status.properties.conditions.items.required,parentSchema:schema11.properties.status.properties.conditions.items,data:data82};
if(vErrors === null){
vErrors = [err220];
}
else {
vErrors.push(err220);
}
errors++;
}
if(data82.lastTransitionTime === undefined){
const err221 = {instancePath:instancePath+"/status/conditions/" + i8,schemaPath:"#/properties/status/properties/conditions/items/required",keyword:"required",params:{missingProperty: "lastTransitionTime"},schema:schema11.properties.status.properties.conditions.items.required,parentSchema:schema11.properties.status.properties.conditions.items,data:data82};
if(vErrors === null){
vErrors = [err221];
}
else {
vErrors.push(err221);
}
errors++;
}
for(const key22 in data82){
if(!((((((key22 === "type") || (key22 === "status")) || (key22 === "observedGeneration")) || (key22 === "lastTransitionTime")) || (key22 === "reason")) || (key22 === "message"))){
const err222 = {instancePath:instancePath+"/status/conditions/" + i8,schemaPath:"#/properties/status/properties/conditions/items/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key22},schema:false,parentSchema:schema11.properties.status.properties.conditions.items,data:data82};
if(vErrors === null){
vErrors = [err222];
}
else {
vErrors.push(err222);
}
errors++;
}
}
if(data82.type !== undefined){
let data83 = data82.type;
if(typeof data83 === "string"){
if(func2(data83) > 316){
const err223 = {instancePath:instancePath+"/status/conditions/" + i8+"/type",schemaPath:"#/properties/status/properties/conditions/items/properties/type/maxLength",keyword:"maxLength",params:{limit: 316},schema:316,parentSchema:schema11.properties.status.properties.conditions.items.properties.type,data:data83};
if(vErrors === null){
vErrors = [err223];
}
else {
vErrors.push(err223);
}
errors++;
}
if(!pattern17.test(data83)){
const err224 = {instancePath:instancePath+"/status/conditions/" + i8+"/type",schemaPath:"#/properties/status/properties/conditions/items/properties/type/pattern",keyword:"pattern",params:{pattern: "^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$"},schema:"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])$",parentSchema:schema11.properties.status.properties.conditions.items.properties.type,data:data83};
if(vErrors === null){
vErrors = [err224];
}
else {
vErrors.push(err224);
}
errors++;
}
}
else {
const err225 = {instancePath:instancePath+"/status/conditions/" + i8+"/type",schemaPath:"#/properties/status/properties/conditions/items/properties/type/type",keyword:"type",params:{type: "string"},schema:schema11.properties.status.properties.conditions.items.properties.type.type,parentSchema:schema11.properties.status.properties.conditions.items.properties.type,data:data83};
if(vErrors === null){
vErrors = [err225];
}
else {
vErrors.push(err225);
}
errors++;
}
}
if(data82.status !== undefined){
let data84 = data82.status;
if(typeof data84 !== "string"){
const err226 = {instancePath:instancePath+"/status/conditions/" + i8+"/status",schemaPath:"#/properties/status/properties/conditions/items/properties/status/type",keyword:"type",params:{type: "string"},schema:schema11.properties.status.properties.conditions.items.properties.status.type,parentSchema:schema11.properties.status.properties.conditions.items.properties.status,data:data84};
if(vErrors === null){
vErrors = [err226];
}
else {
vErrors.push(err226);
}
errors++;
}
if(!(((data84 === "True") || (data84 === "False")) || (data84 === "Unknown"))){
const err227 = {instancePath:instancePath+"/status/conditions/" + i8+"/status",schemaPath:"#/properties/status/properties/conditions/items/properties/status/enum",keyword:"enum",params:{allowedValues: schema11.properties.status.properties.conditions.items.properties.status.enum},schema:schema11.properties.status.properties.conditions.items.properties.status.enum,parentSchema:schema11.properties.status.properties.conditions.items.properties.status,data:data84};
if(vErrors === null){
vErrors = [err227];
}
else {
vErrors.push(err227);
}
errors++;
}
}
if(data82.observedGeneration !== undefined){
let data85 = data82.observedGeneration;
if(!((typeof data85 == "number") && (!(data85 % 1) && !isNaN(data85)))){
const err228 = {instancePath:instancePath+"/status/conditions/" + i8+"/observedGeneration",schemaPath:"#/properties/status/properties/conditions/items/properties/observedGeneration/type",keyword:"type",params:{type: "integer"},schema:schema11.properties.status.properties.conditions.items.properties.observedGeneration.type,parentSchema:schema11.properties.status.properties.conditions.items.properties.observedGeneration,data:data85};
if(vErrors === null){
vErrors = [err228];
}
else {
vErrors.push(err228);
}
errors++;
}
if(typeof data85 == "number"){
if(data85 < 0 || isNaN(data85)){
const err229 = {instancePath:instancePath+"/status/conditions/" + i8+"/observedGeneration",schemaPath:"#/properties/status/properties/conditions/items/properties/observedGeneration/minimum",keyword:"minimum",params:{comparison: ">=", limit: 0},schema:0,parentSchema:schema11.properties.status.properties.conditions.items.properties.observedGeneration,data:data85};
if(vErrors === null){
vErrors = [err229];
}
else {
vErrors.push(err229);
}
errors++;
}
}
}
if(data82.lastTransitionTime !== undefined){
let data86 = data82.lastTransitionTime;
if(!(typeof data86 === "string")){
const err230 = {instancePath:instancePath+"/status/conditions/" + i8+"/lastTransitionTime",schemaPath:"#/properties/status/properties/conditions/items/properties/lastTransitionTime/type",keyword:"type",params:{type: "string"},schema:schema11.properties.status.properties.conditions.items.properties.lastTransitionTime.type,parentSchema:schema11.properties.status.properties.conditions.items.properties.lastTransitionTime,data:data86};
if(vErrors === null){
vErrors = [err230];
}
else {
vErrors.push(err230);
}
errors++;
}
}
if(data82.reason !== undefined){
let data87 = data82.reason;
if(typeof data87 === "string"){
if(func2(data87) > 1024){
const err231 = {instancePath:instancePath+"/status/conditions/" + i8+"/reason",schemaPath:"#/properties/status/properties/conditions/items/properties/reason/maxLength",keyword:"maxLength",params:{limit: 1024},schema:1024,parentSchema:schema11.properties.status.properties.conditions.items.properties.reason,data:data87};
if(vErrors === null){
vErrors = [err231];
}
else {
vErrors.push(err231);
}
errors++;
}
if(func2(data87) < 1){
const err232 = {instancePath:instancePath+"/status/conditions/" + i8+"/reason",schemaPath:"#/properties/status/properties/conditions/items/properties/reason/minLength",keyword:"minLength",params:{limit: 1},schema:1,parentSchema:schema11.properties.status.properties.conditions.items.properties.reason,data:data87};
if(vErrors === null){
vErrors = [err232];
}
else {
vErrors.push(err232);
}
errors++;
}
if(!pattern18.test(data87)){
const err233 = {instancePath:instancePath+"/status/conditions/" + i8+"/reason",schemaPath:"#/properties/status/properties/conditions/items/properties/reason/pattern",keyword:"pattern",params:{pattern: "^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$"},schema:"^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$",parentSchema:schema11.properties.status.properties.conditions.items.properties.reason,data:data87};
if(vErrors === null){
vErrors = [err233];
}
else {
vErrors.push(err233);
}
errors++;
}
}
else {
const err234 = {instancePath:instancePath+"/status/conditions/" + i8+"/reason",schemaPath:"#/properties/status/properties/conditions/items/properties/reason/type",keyword:"type",params:{type: "string"},schema:schema11.properties.status.properties.conditions.items.properties.reason.type,parentSchema:schema11.properties.status.properties.conditions.items.properties.reason,data:data87};
if(vErrors === null){
vErrors = [err234];
}
else {
vErrors.push(err234);
}
errors++;
}
}
if(data82.message !== undefined){
let data88 = data82.message;
if(typeof data88 === "string"){
if(func2(data88) > 32768){
const err235 = {instancePath:instancePath+"/status/conditions/" + i8+"/message",schemaPath:"#/properties/status/properties/conditions/items/properties/message/maxLength",keyword:"maxLength",params:{limit: 32768},schema:32768,parentSchema:schema11.properties.status.properties.conditions.items.properties.message,data:data88};
if(vErrors === null){
vErrors = [err235];
}
else {
vErrors.push(err235);
}
errors++;
}
}
else {
const err236 = {instancePath:instancePath+"/status/conditions/" + i8+"/message",schemaPath:"#/properties/status/properties/conditions/items/properties/message/type",keyword:"type",params:{type: "string"},schema:schema11.properties.status.properties.conditions.items.properties.message.type,parentSchema:schema11.properties.status.properties.conditions.items.properties.message,data:data88};
if(vErrors === null){
vErrors = [err236];
}
else {
vErrors.push(err236);
}
errors++;
}
}
}
else {
const err237 = {instancePath:instancePath+"/status/conditions/" + i8,schemaPath:"#/properties/status/properties/conditions/items/type",keyword:"type",params:{type: "object"},schema:schema11.properties.status.properties.conditions.items.type,parentSchema:schema11.properties.status.properties.conditions.items,data:data82};
if(vErrors === null){
vErrors = [err237];
}
else {
vErrors.push(err237);
}
errors++;
}
}
}
else {
const err238 = {instancePath:instancePath+"/status/conditions",schemaPath:"#/properties/status/properties/conditions/type",keyword:"type",params:{type: "array"},schema:schema11.properties.status.properties.conditions.type,parentSchema:schema11.properties.status.properties.conditions,data:data81};
if(vErrors === null){
vErrors = [err238];
}
else {
vErrors.push(err238);
}
errors++;
}
}
}
else {
const err239 = {instancePath:instancePath+"/status",schemaPath:"#/properties/status/type",keyword:"type",params:{type: "object"},schema:schema11.properties.status.type,parentSchema:schema11.properties.status,data:data73};
if(vErrors === null){
vErrors = [err239];
}
else {
vErrors.push(err239);
}
errors++;
}
}
else {
const err240 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema11.type,parentSchema:schema11,data};
if(vErrors === null){
vErrors = [err240];
}
else {
vErrors.push(err240);
}
errors++;
}
validate10.errors = vErrors;
return errors === 0;
}

export const validateSecret = validate11;
const schema12 = {"type":"object","required":["apiVersion","kind","metadata"],"properties":{"apiVersion":{"type":"string","const":"v1"},"kind":{"type":"string","const":"Secret"},"metadata":{"type":"object","required":["name"],"properties":{"name":{"type":"string","maxLength":253,"pattern":"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$","example":"acme"},"namespace":{"type":"string","maxLength":63,"pattern":"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$","example":"loyalty"},"uid":{"type":"string"},"resourceVersion":{"type":"string"},"generation":{"type":"integer"},"creationTimestamp":{"type":"string"},"labels":{"type":"object","additionalProperties":{"type":"string"}},"annotations":{"type":"object","additionalProperties":{"type":"string"}}},"additionalProperties":true},"type":{"type":"string"},"immutable":{"type":"boolean"},"data":{"type":"object","additionalProperties":{"type":"string"}},"stringData":{"type":"object","additionalProperties":{"type":"string"}}},"additionalProperties":false};

function validate11(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
if(data.apiVersion === undefined){
const err0 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "apiVersion"},schema:schema12.required,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err0];
}
else {
vErrors.push(err0);
}
errors++;
}
if(data.kind === undefined){
const err1 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "kind"},schema:schema12.required,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err1];
}
else {
vErrors.push(err1);
}
errors++;
}
if(data.metadata === undefined){
const err2 = {instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: "metadata"},schema:schema12.required,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err2];
}
else {
vErrors.push(err2);
}
errors++;
}
for(const key0 in data){
if(!(((((((key0 === "apiVersion") || (key0 === "kind")) || (key0 === "metadata")) || (key0 === "type")) || (key0 === "immutable")) || (key0 === "data")) || (key0 === "stringData"))){
const err3 = {instancePath,schemaPath:"#/additionalProperties",keyword:"additionalProperties",params:{additionalProperty: key0},schema:false,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err3];
}
else {
vErrors.push(err3);
}
errors++;
}
}
if(data.apiVersion !== undefined){
let data0 = data.apiVersion;
if(typeof data0 !== "string"){
const err4 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/type",keyword:"type",params:{type: "string"},schema:schema12.properties.apiVersion.type,parentSchema:schema12.properties.apiVersion,data:data0};
if(vErrors === null){
vErrors = [err4];
}
else {
vErrors.push(err4);
}
errors++;
}
if("v1" !== data0){
const err5 = {instancePath:instancePath+"/apiVersion",schemaPath:"#/properties/apiVersion/const",keyword:"const",params:{allowedValue: "v1"},schema:"v1",parentSchema:schema12.properties.apiVersion,data:data0};
if(vErrors === null){
vErrors = [err5];
}
else {
vErrors.push(err5);
}
errors++;
}
}
if(data.kind !== undefined){
let data1 = data.kind;
if(typeof data1 !== "string"){
const err6 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/type",keyword:"type",params:{type: "string"},schema:schema12.properties.kind.type,parentSchema:schema12.properties.kind,data:data1};
if(vErrors === null){
vErrors = [err6];
}
else {
vErrors.push(err6);
}
errors++;
}
if("Secret" !== data1){
const err7 = {instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/const",keyword:"const",params:{allowedValue: "Secret"},schema:"Secret",parentSchema:schema12.properties.kind,data:data1};
if(vErrors === null){
vErrors = [err7];
}
else {
vErrors.push(err7);
}
errors++;
}
}
if(data.metadata !== undefined){
let data2 = data.metadata;
if(data2 && typeof data2 == "object" && !Array.isArray(data2)){
if(data2.name === undefined){
const err8 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/required",keyword:"required",params:{missingProperty: "name"},schema:schema12.properties.metadata.required,parentSchema:schema12.properties.metadata,data:data2};
if(vErrors === null){
vErrors = [err8];
}
else {
vErrors.push(err8);
}
errors++;
}
if(data2.name !== undefined){
let data3 = data2.name;
if(typeof data3 === "string"){
if(func2(data3) > 253){
const err9 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/maxLength",keyword:"maxLength",params:{limit: 253},schema:253,parentSchema:schema12.properties.metadata.properties.name,data:data3};
if(vErrors === null){
vErrors = [err9];
}
else {
vErrors.push(err9);
}
errors++;
}
if(!pattern0.test(data3)){
const err10 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$"},schema:"^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$",parentSchema:schema12.properties.metadata.properties.name,data:data3};
if(vErrors === null){
vErrors = [err10];
}
else {
vErrors.push(err10);
}
errors++;
}
}
else {
const err11 = {instancePath:instancePath+"/metadata/name",schemaPath:"#/properties/metadata/properties/name/type",keyword:"type",params:{type: "string"},schema:schema12.properties.metadata.properties.name.type,parentSchema:schema12.properties.metadata.properties.name,data:data3};
if(vErrors === null){
vErrors = [err11];
}
else {
vErrors.push(err11);
}
errors++;
}
}
if(data2.namespace !== undefined){
let data4 = data2.namespace;
if(typeof data4 === "string"){
if(func2(data4) > 63){
const err12 = {instancePath:instancePath+"/metadata/namespace",schemaPath:"#/properties/metadata/properties/namespace/maxLength",keyword:"maxLength",params:{limit: 63},schema:63,parentSchema:schema12.properties.metadata.properties.namespace,data:data4};
if(vErrors === null){
vErrors = [err12];
}
else {
vErrors.push(err12);
}
errors++;
}
if(!pattern1.test(data4)){
const err13 = {instancePath:instancePath+"/metadata/namespace",schemaPath:"#/properties/metadata/properties/namespace/pattern",keyword:"pattern",params:{pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$"},schema:"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",parentSchema:schema12.properties.metadata.properties.namespace,data:data4};
if(vErrors === null){
vErrors = [err13];
}
else {
vErrors.push(err13);
}
errors++;
}
}
else {
const err14 = {instancePath:instancePath+"/metadata/namespace",schemaPath:"#/properties/metadata/properties/namespace/type",keyword:"type",params:{type: "string"},schema:schema12.properties.metadata.properties.namespace.type,parentSchema:schema12.properties.metadata.properties.namespace,data:data4};
if(vErrors === null){
vErrors = [err14];
}
else {
vErrors.push(err14);
}
errors++;
}
}
if(data2.uid !== undefined){
let data5 = data2.uid;
if(typeof data5 !== "string"){
const err15 = {instancePath:instancePath+"/metadata/uid",schemaPath:"#/properties/metadata/properties/uid/type",keyword:"type",params:{type: "string"},schema:schema12.properties.metadata.properties.uid.type,parentSchema:schema12.properties.metadata.properties.uid,data:data5};
if(vErrors === null){
vErrors = [err15];
}
else {
vErrors.push(err15);
}
errors++;
}
}
if(data2.resourceVersion !== undefined){
let data6 = data2.resourceVersion;
if(typeof data6 !== "string"){
const err16 = {instancePath:instancePath+"/metadata/resourceVersion",schemaPath:"#/properties/metadata/properties/resourceVersion/type",keyword:"type",params:{type: "string"},schema:schema12.properties.metadata.properties.resourceVersion.type,parentSchema:schema12.properties.metadata.properties.resourceVersion,data:data6};
if(vErrors === null){
vErrors = [err16];
}
else {
vErrors.push(err16);
}
errors++;
}
}
if(data2.generation !== undefined){
let data7 = data2.generation;
if(!((typeof data7 == "number") && (!(data7 % 1) && !isNaN(data7)))){
const err17 = {instancePath:instancePath+"/metadata/generation",schemaPath:"#/properties/metadata/properties/generation/type",keyword:"type",params:{type: "integer"},schema:schema12.properties.metadata.properties.generation.type,parentSchema:schema12.properties.metadata.properties.generation,data:data7};
if(vErrors === null){
vErrors = [err17];
}
else {
vErrors.push(err17);
}
errors++;
}
}
if(data2.creationTimestamp !== undefined){
let data8 = data2.creationTimestamp;
if(typeof data8 !== "string"){
const err18 = {instancePath:instancePath+"/metadata/creationTimestamp",schemaPath:"#/properties/metadata/properties/creationTimestamp/type",keyword:"type",params:{type: "string"},schema:schema12.properties.metadata.properties.creationTimestamp.type,parentSchema:schema12.properties.metadata.properties.creationTimestamp,data:data8};
if(vErrors === null){
vErrors = [err18];
}
else {
vErrors.push(err18);
}
errors++;
}
}
if(data2.labels !== undefined){
let data9 = data2.labels;
if(data9 && typeof data9 == "object" && !Array.isArray(data9)){
for(const key1 in data9){
let data10 = data9[key1];
if(typeof data10 !== "string"){
const err19 = {instancePath:instancePath+"/metadata/labels/" + key1.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/metadata/properties/labels/additionalProperties/type",keyword:"type",params:{type: "string"},schema:schema12.properties.metadata.properties.labels.additionalProperties.type,parentSchema:schema12.properties.metadata.properties.labels.additionalProperties,data:data10};
if(vErrors === null){
vErrors = [err19];
}
else {
vErrors.push(err19);
}
errors++;
}
}
}
else {
const err20 = {instancePath:instancePath+"/metadata/labels",schemaPath:"#/properties/metadata/properties/labels/type",keyword:"type",params:{type: "object"},schema:schema12.properties.metadata.properties.labels.type,parentSchema:schema12.properties.metadata.properties.labels,data:data9};
if(vErrors === null){
vErrors = [err20];
}
else {
vErrors.push(err20);
}
errors++;
}
}
if(data2.annotations !== undefined){
let data11 = data2.annotations;
if(data11 && typeof data11 == "object" && !Array.isArray(data11)){
for(const key2 in data11){
let data12 = data11[key2];
if(typeof data12 !== "string"){
const err21 = {instancePath:instancePath+"/metadata/annotations/" + key2.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/metadata/properties/annotations/additionalProperties/type",keyword:"type",params:{type: "string"},schema:schema12.properties.metadata.properties.annotations.additionalProperties.type,parentSchema:schema12.properties.metadata.properties.annotations.additionalProperties,data:data12};
if(vErrors === null){
vErrors = [err21];
}
else {
vErrors.push(err21);
}
errors++;
}
}
}
else {
const err22 = {instancePath:instancePath+"/metadata/annotations",schemaPath:"#/properties/metadata/properties/annotations/type",keyword:"type",params:{type: "object"},schema:schema12.properties.metadata.properties.annotations.type,parentSchema:schema12.properties.metadata.properties.annotations,data:data11};
if(vErrors === null){
vErrors = [err22];
}
else {
vErrors.push(err22);
}
errors++;
}
}
}
else {
const err23 = {instancePath:instancePath+"/metadata",schemaPath:"#/properties/metadata/type",keyword:"type",params:{type: "object"},schema:schema12.properties.metadata.type,parentSchema:schema12.properties.metadata,data:data2};
if(vErrors === null){
vErrors = [err23];
}
else {
vErrors.push(err23);
}
errors++;
}
}
if(data.type !== undefined){
let data13 = data.type;
if(typeof data13 !== "string"){
const err24 = {instancePath:instancePath+"/type",schemaPath:"#/properties/type/type",keyword:"type",params:{type: "string"},schema:schema12.properties.type.type,parentSchema:schema12.properties.type,data:data13};
if(vErrors === null){
vErrors = [err24];
}
else {
vErrors.push(err24);
}
errors++;
}
}
if(data.immutable !== undefined){
let data14 = data.immutable;
if(typeof data14 !== "boolean"){
const err25 = {instancePath:instancePath+"/immutable",schemaPath:"#/properties/immutable/type",keyword:"type",params:{type: "boolean"},schema:schema12.properties.immutable.type,parentSchema:schema12.properties.immutable,data:data14};
if(vErrors === null){
vErrors = [err25];
}
else {
vErrors.push(err25);
}
errors++;
}
}
if(data.data !== undefined){
let data15 = data.data;
if(data15 && typeof data15 == "object" && !Array.isArray(data15)){
for(const key3 in data15){
let data16 = data15[key3];
if(typeof data16 !== "string"){
const err26 = {instancePath:instancePath+"/data/" + key3.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/data/additionalProperties/type",keyword:"type",params:{type: "string"},schema:schema12.properties.data.additionalProperties.type,parentSchema:schema12.properties.data.additionalProperties,data:data16};
if(vErrors === null){
vErrors = [err26];
}
else {
vErrors.push(err26);
}
errors++;
}
}
}
else {
const err27 = {instancePath:instancePath+"/data",schemaPath:"#/properties/data/type",keyword:"type",params:{type: "object"},schema:schema12.properties.data.type,parentSchema:schema12.properties.data,data:data15};
if(vErrors === null){
vErrors = [err27];
}
else {
vErrors.push(err27);
}
errors++;
}
}
if(data.stringData !== undefined){
let data17 = data.stringData;
if(data17 && typeof data17 == "object" && !Array.isArray(data17)){
for(const key4 in data17){
let data18 = data17[key4];
if(typeof data18 !== "string"){
const err28 = {instancePath:instancePath+"/stringData/" + key4.replace(/~/g, "~0").replace(/\//g, "~1"),schemaPath:"#/properties/stringData/additionalProperties/type",keyword:"type",params:{type: "string"},schema:schema12.properties.stringData.additionalProperties.type,parentSchema:schema12.properties.stringData.additionalProperties,data:data18};
if(vErrors === null){
vErrors = [err28];
}
else {
vErrors.push(err28);
}
errors++;
}
}
}
else {
const err29 = {instancePath:instancePath+"/stringData",schemaPath:"#/properties/stringData/type",keyword:"type",params:{type: "object"},schema:schema12.properties.stringData.type,parentSchema:schema12.properties.stringData,data:data17};
if(vErrors === null){
vErrors = [err29];
}
else {
vErrors.push(err29);
}
errors++;
}
}
}
else {
const err30 = {instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},schema:schema12.type,parentSchema:schema12,data};
if(vErrors === null){
vErrors = [err30];
}
else {
vErrors.push(err30);
}
errors++;
}
validate11.errors = vErrors;
return errors === 0;
}
