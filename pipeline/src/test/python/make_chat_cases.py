"""Makes src/test/resources/chat/cases.json: texts that transformers' own renderer makes of chats, with
templates in the manner of those that models are published with.

    python make_chat_cases.py TARGET

Made with transformers 5.24.0. Cases that it refuses have an `error` in place of `expected`.
"""

import json
import sys

from transformers.utils.chat_template_utils import render_jinja_template

TOKENS = {"bos_token": "<s>", "eos_token": "</s>"}

TEMPLATES = {
    "chatml": "{% for m in messages %}{{ '<|im_start|>' + m['role'] + '\n' + m['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}",
    "default system": "{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}{{ '[system]\nBe kind.[end]\n' }}{% endif %}{{ '[' + message['role'] + ']\n' + message['content'] | trim + '[end]\n' }}{% endfor %}\n",
    "headers": "{% set all = messages %}{% for m in all %}{% set text = '<|h|>' + m.role + '<|/h|>\\n\\n' + m.content | trim + '<|eot|>' %}{% if loop.index0 == 0 %}{% set text = bos_token + text %}{% endif %}{{ text }}{% endfor %}",
    "alternating": "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system here') }}{% endif %}{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}{% if m['role'] == 'assistant' %}{% set role = 'model' %}{% else %}{% set role = m['role'] %}{% endif %}{{ '<t>' + role + '\n' + m['content'] | trim + '</t>\n' }}{% endfor %}",
    "instructions": """{%- if messages[0]["role"] == "system" %}
    {%- set system = messages[0]["content"] %}
    {%- set rest = messages[1:] %}
{%- else %}
    {%- set rest = messages %}
{%- endif %}
{%- set ns = namespace(turns=0, last=none) %}
{{- bos_token }}
{%- for m in rest %}
    {%- if m["role"] == "user" %}
        {%- set ns.turns = ns.turns + 1 %}
        {%- if loop.last and system is defined %}
            {{- "[INST] " + system + "\\n\\n" + m["content"] + "[/INST]" }}
        {%- else %}
            {{- "[INST] " + m["content"] + "[/INST]" }}
        {%- endif %}
    {%- elif m["role"] == "assistant" and m.content is string %}
        {{- " " + m["content"].strip() + eos_token }}
    {%- else %}
        {{- raise_exception("role not known: " ~ m["role"]) }}
    {%- endif %}
    {%- set ns.last = m %}
{%- endfor %}
{{- '#' ~ ns.turns ~ ns.last.role }}
""",
    "unused tools": """{%- if tools %}
    {{- '<tools>' }}
    {%- for tool in tools %}
        {{- tool | tojson }}
    {%- endfor %}
{%- endif %}
{#- A comment, which is nothing. -#}
{%- for message in messages %}
    {%- if message.content is string %}
        {%- set content = message.content %}
    {%- else %}
        {%- set content = "" %}
    {%- endif %}
    {{- message.role ~ content }}
{%- endfor %}
""",
    "parts": """{% for message in messages -%}
  <{{ message.role }}>
  {%- if message.content is not string and message.content is iterable %}
    {% for part in message.content %}
      {% if part['type'] == 'text' %}{{ part['text'] }}{% else %}[{{ part.type }}]{% endif %}
    {% endfor %}
  {% else %}
{{ message.content if message.content else '(nothing)' }}
  {% endif %}
  {% if 'name' in message and not loop.last %}by {{ message.name | upper }}{% endif %}

{%+ endfor %}
{{ messages | length }} {{ messages[-1].role }} {{ messages[::-1][0].role }} {{ true }} {{ none }} {{ missing }}
""",
    "thoughts": "{%- for m in messages[:3] %}{%- set text = m.content %}{%- if m.role == 'assistant' and '</think>' in text %}{%- set text = text.split('</think>')[-1].lstrip('\\n') %}{%- endif %}{{- m.get('name', 'nobody') + ':' + text.rstrip() + ('|' if not loop.last else '') }}{%- endfor %}",
}


def said(role, content, **more):
    return {"role": role, "content": content, **more}


CHATS = [
    [said("user", "Hi"), said("assistant", " Hello. \n"), said("user", "\tWhat?\n\n")],
    [said("system", "Be brief."), said("user", "a\nb"), said("assistant", "c")],
    [said("assistant", "first"), said("user", "é ☃ {{ x }} {% if %} <b>&amp;</b>")],
    [said("user", ""), said("assistant", "<think>\nhm\n</think>\n\nok"), said("user", "x", name="ann")],
    [said("user", [{"type": "text", "text": " part "}, {"type": "image"}]), said("assistant", "k", name="b")],
    [said("user", "\u00a0wide\u2003"), said("assistant", "\x1fq\x85", tool_calls=None)],
    [said("tool", "t")],
]


def main(target):
    cases = []
    for name, template in TEMPLATES.items():
        for chat in CHATS:
            case = {"name": name, "template": template, "messages": chat}
            try:
                texts, _ = render_jinja_template(
                    conversations=[chat],
                    chat_template=template,
                    tools=None,
                    documents=None,
                    add_generation_prompt=False,
                    **TOKENS,
                )
                case["expected"] = texts[0]
                # What Python prints of a list, nobody was trained on.
                case["refusedHere"] = "[{'type'" in texts[0]
            except Exception as e:
                case["error"] = str(e)
            cases.append(case)
    with open(target, "w") as file:
        json.dump({"tokens": TOKENS, "cases": cases}, file, indent=1)


if __name__ == "__main__":
    main(sys.argv[1])
