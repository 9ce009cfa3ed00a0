"""Makes src/test/resources/chat/cases.json: texts that transformers' own renderer makes of chats, with
templates in the manner of those that models are published with.

    python make_chat_cases.py TARGET

Made with transformers 5.24.0. Cases that it refuses have an `error` in place of `expected`.
"""

import json
import sys

from transformers.utils.chat_template_utils import _normalize_chat_messages, render_jinja_template

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
    "macros": """{%- macro say(role, text="(nothing)", end=eos_token) -%}
<{{ role }}>{{ text | trim }}{{ end }}
{%- endmacro %}
{%- macro twice(x) %}{{ say(x, end='') ~ say(text=x, role='again') }}{% endmacro %}
{%- for m in messages %}{{ say(m.role, m.content) if m.content is string else say(m.role) }}{{ twice(m.role) }}{% endfor %}
{%- set eos_token = '!' %}{{ say('last') }}{{ say is callable }}{{ loop is defined }}""",
    "loops": """{%- for m in messages if m.role != 'system' -%}
{%- if loop.index0 == 3 %}{% break %}{% endif %}
{%- if m.role == 'tool' %}{% continue %}{% endif %}
{{- loop.index ~ '/' ~ loop.length ~ loop.cycle('a', 'b') ~ m.role }}
{%- for key, value in m.items() if value is string %}[{{ key }}{{ loop.revindex }}]{% else %}-{% endfor %}
{%- else %}(nobody){% endfor %}
{%- for c in 'a☃😀' %}{{ c ~ loop.last }}{% endfor %}{% for k in {'x': 1, 'y': 2} %}{{ k }}{% endfor %}
{%- for i in range(5, 0, -2) %}{{ i }}{% endfor %}{% for n in missing %}{{ n }}{% else %}none{% endfor %}
{%- for a, (b, c) in [(1, (2, 3)), [4, 'ab']] %}{{ a ~ b ~ c }}{% endfor %}""",
    "json": """{%- for m in messages %}{{ m | tojson }}{{ m | tojson(indent=2) }}{{ m.content | tojson(ensure_ascii=true) }}
{{ {'b': [], 'a': {}, 'c': (1, 2.5, none, true)} | tojson(sort_keys=true, separators=(',', ':')) }}{{ [1, [2]] | tojson(indent='-') }}{% endfor %}
{{ [1e16, 1.0, 0.1, 1e-5, 123456.789, 1e22, 2.5e-7, -0.0] | tojson }}{{ '\\x00\\x1f\\x7f\\u2028\\"/' | tojson }}""",
    "filters": """{{ messages | map(attribute='role') | join(', ') }}|{{ messages | selectattr('role', 'equalto', 'user') | list | length }}
{{ (messages | rejectattr('role', 'in', ['user', 'tool']) | first).role }}|{{ messages | selectattr('name', 'defined') | map(attribute='name') | map('upper') | join }}
{{ ['b', 'A', 'a', 'C'] | sort | join }}{{ ['b', 'A', 'a'] | unique | join }}{{ [3, 1, 2] | sort(reverse=true) | join('-') }}{{ [3, 1, 2] | max ~ [3, 1] | min ~ [1, 2] | sum }}
{% for k, v in {'b': 1, 'A': 2} | dictsort %}{{ k ~ v }}{% endfor %}{% for k, v in {'z': 1} | items %}{{ k ~ v }}{% endfor %}
{{ 'a-b-c' | replace('-', '+', 1) }}{{ 'x\\ny\\n\\nz' | indent(2) }}{{ 'x\\ny' | indent(width='> ', first=true) }}{{ '' | default('d', true) }}{{ nothing | default('e') }}{{ none | default('f') }}
{{ 'abc' | first }}{{ 'abc' | last }}{{ 'ab' | list | join('.') }}{{ 'abc' | reverse }}{{ '12' | int + 1 }}{{ 'x' | int(7) }}{{ 2.9 | int }}{{ -3 | abs }}{{ 'hELLO wORLD' | capitalize }}{{ '<b>' | safe }}
{{ [0, 1, '', 'a'] | select | join }}{{ [1, 2, 3] | select('gt', 1) | join }}{{ [1, 2, 3] | reject('odd') | join }}{{ 'xxaxx' | trim('x') }}{{ [['a', 1], ['b', 2]] | map(attribute=1) | join }}{{ [{'n': {'m': 5}}] | map(attribute='n.m') | join }}
{% set all = messages | map(attribute='role') %}{{ all is iterable }}{{ all is sequence }}{% if all %}true{% endif %}{{ all | first }}{{ all | join }}""",
    "methods": """{{ 'a b  c'.split() | length }}{{ 'a,b,c'.split(',', 1)[1] }}{{ 'a,b,c'.rsplit(',', 1) | join('|') }}{{ ' a b '.split(none, 1) | join('|') }}{{ 'a\\nb\\r\\nc'.splitlines() | join('|') }}
{{ 'abcabc'.replace('b', 'x', 1) }}{{ 'hello wORLD'.title() }}{{ 'hello'.capitalize() }}{{ 'abc'.find('c') }}{{ 'abc'.rfind('x') }}{{ 'banana'.count('an') }}{{ ', '.join(['a', 'b', '']) }}{{ '12'.isdigit() }}
{{ 'prefix'.removeprefix('pre') }}{{ 'prefix'.removesuffix('fix') }}{{ 'abc'.startswith(('x', 'a')) }}{{ [1, 2, 1].count(1) }}{{ ['a', 'b'].index('b') }}{{ {'a': 1}.get('b', 2) }}{{ {'a': 1}.keys() | list | join }}{{ {'a': 1}.values() | join }}
{{ 'a☃😀b'[2] }}{{ 'a☃😀b'[1:3] }}{{ 'abcdef'[::2] }}{{ 'abcdef'[-2:] }}{{ 'abcdef'[4:1:-1] }}{{ [1, 2, 3, 4][1::2] | join }}{{ 'abc'[9] }}{{ 'a☃😀b' | length }}{{ {1: 'one'}[1] }}{{ 1 in {1: 2} }}""",
    "expressions": """{{ 1 < 2 < 3 }}{{ 1 < 3 < 2 }}{{ 'a' 'b' }}{{ 7 // 2 }}{{ -7 // 2 }}{{ 7 / 2 }}{{ -7 % 3 }}{{ 2 * 3.5 }}{{ 'ab' * 3 }}{{ 10 / 5 }}{{ 1.5 + 1 }}{{ true + 1 }}{{ 'a' < 'B' }}{{ 2 > 1.5 }}
{{ (1, 2) == [1, 2] }}{{ (1, 2) == (1, 2) }}{{ [1] + [2] == [1, 2] }}{{ 1 == 1.0 }}{{ 'b' not in 'abc' }}{{ 1 in [1.0] }}{{ 'x' in missing }}{{ missing == gone }}{{ none == false }}
{{ 4 is divisibleby 2 }}{{ 3 is odd }}{{ 'a' is eq 'a' }}{{ 3 is in [1, 3] }}{{ 2.0 is float }}{{ 2 is integer }}{{ true is number }}{{ missing is sequence }}{{ messages is mapping }}{{ 'A' is not string }}
{{ '\\x41\\u2603\\101\\q\\'' }}{{ "a\\
b" }}{{ 'a' if false }}{{ ('x' if missing else 'y') ~ 'z' }}{{ not missing is defined }}{{ messages[0].role.nothing is defined }}{{ none.x is defined }}{{ 5 .x is defined }}
{{ dict(a=1, b='c') | tojson }}{{ namespace(a=1).a }}{{ {'a': {'b': [1, 2]}}.a.b[1] }}{{ {'a-b': 3}['a-b'] }}{{ [[1, 2], [3]].1.0 }}""",
    "blocks": """{% set text %}<{{ messages[0].role }}>
{% endset %}{{ text | trim }}{% set loud | upper | trim %}  quiet {% endset %}{{ loud }}{% filter upper %}a{{ messages[-1].role }}{% endfilter %}
{% with a = 1, b = 'c' %}{{ a ~ b }}{% set inner = 2 %}{% endwith %}{{ inner is defined }}{{ a is defined }}
{% for m in messages %}{% generation %}{{ m.role }}{% set g = 1 %}{% endgeneration %}{{ g is defined }}{% endfor %}
{% set a, b = 'xy' %}{{ a ~ b }}{% set c = 1, 2 %}{{ c | length }}""",
    "reasons": """{%- for m in messages %}{{ m.role }}:{% if m.reasoning_content is defined %}({{ m.reasoning_content }}){% endif %}{{ m.thinking }}{{ 'tool_calls' in m }}{{ m.tool_calls is none }};{% endfor %}{{ additional_special_tokens is defined }}{{ extra_special_tokens is defined }}""",
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
    [said("user", "q", thinking="u"), said("assistant", None, reasoning="r", tool_calls=[{"id": 1, "a": [1.5, True, None, "\u2603"]}])],
]


def main(target):
    cases = []
    for name, template in TEMPLATES.items():
        for chat in CHATS:
            case = {"name": name, "template": template, "messages": chat}
            try:
                texts, _ = render_jinja_template(
                    conversations=[_normalize_chat_messages(chat)],
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
