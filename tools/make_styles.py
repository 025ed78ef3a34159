"""Makes what the pages are dressed in from `styles/`: style sheet, scripts, fonts. Needs node and npm; the results are committed.

python tools/make_styles.py
"""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STYLES = ROOT / "styles"
STATIC = ROOT / "src" / "compliance" / "web" / "static"
FONTS = ROOT / "src" / "compliance" / "fonts"
LATIN = "0020-017F,1EA0-1EF9,2010-2027,2030-203A,20AB,20AC,2116,2122,2190-2193,2212"
KHMER = "1780-17FF,19E0-19FF,200B-200D,25CC"


def run(*command: object, cwd: Path = ROOT) -> None:
    subprocess.run([str(part) for part in command], cwd=cwd, check=True)


def main() -> int:
    """Everything, anew."""
    modules = STYLES / "node_modules"
    run("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", cwd=STYLES)
    run(modules / ".bin" / "sass", "--no-source-map", "--style=compressed", "--quiet-deps", f"--load-path={modules}",
        STYLES / "app.scss", STATIC / "app.css")  # fmt: skip
    script = (modules / "govuk-frontend" / "dist" / "govuk" / "govuk-frontend.min.js").read_text(encoding="utf-8")
    (STATIC / "govuk.js").write_text(script.partition("//# sourceMappingURL")[0], encoding="utf-8")
    shutil.copyfile(modules / "htmx.org" / "dist" / "htmx.min.js", STATIC / "htmx.js")
    for weight in ("Regular", "Bold"):
        cut(f"NotoSans-{weight}", f"noto-sans-{weight.lower()}", LATIN, "ccmp,kern,locl,mark,mkmk")
        cut(f"NotoSansKhmer-{weight}", f"noto-sans-khmer-{weight.lower()}", KHMER, "*")
    return 0


def cut(source: str, name: str, letters: str, features: str) -> None:
    run(Path(sys.executable).with_name("pyftsubset"), FONTS / f"{source}.ttf", "--flavor=woff2",
        f"--output-file={STATIC / 'fonts' / name}.woff2", f"--unicodes={letters}", f"--layout-features={features}",
        "--no-recalc-timestamp")  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
