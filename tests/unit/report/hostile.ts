/** Text that some replica, API or user could send, chosen to break out of every format that reports are written in. */
export const hostile =
  "</script><script>alert(1)</script><img src=x onerror=alert(2)> ]]> & \"quote\" 'tick' `code` | [a](javascript:alert(3)) " +
  "\u001b[31mred\u001b]0;title\u0007 \u0000 \u0008 \ud800 \u2028\u2029 \u202eltr %0A::error::forged\n::error::forged\r\n${7*7} <%= 7*7 %> {{7*7}}";
