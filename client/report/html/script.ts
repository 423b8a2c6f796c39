/**
 * The script of a page: it shows the search field, filters rows by every word that is typed, and opens what was closed before it is
 * printed. Without it the page has all of the same content.
 */
export const SCRIPT = `
for(const form of document.querySelectorAll('[data-filters]')){
const rows=[...document.getElementById(form.dataset.filters).tBodies[0].rows];
const texts=rows.map(row=>row.textContent.toLowerCase());
const [input]=form.getElementsByTagName('input'),[said]=form.getElementsByTagName('output');
const filter=()=>{const words=input.value.toLowerCase().split(/\\s+/).filter(Boolean);let shown=0;
rows.forEach((row,at)=>{row.hidden=!words.every(word=>texts[at].includes(word));if(!row.hidden)shown+=1});
said.textContent=shown+' of '+rows.length+' shown'};
input.addEventListener('input',filter);form.hidden=false;filter()}
addEventListener('beforeprint',()=>{for(const one of document.querySelectorAll('details:not([open])')){one.open=true;one.dataset.wasClosed=''}});
addEventListener('afterprint',()=>{for(const one of document.querySelectorAll('[data-was-closed]')){one.open=false;delete one.dataset.wasClosed}});
`.trim();
