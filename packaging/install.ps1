# Installs the program toolcoach from an archive whose checksum it has compared:
#   install.ps1 [-From FOLDER-OR-URL] [-To FOLDER]
# By default it comes from the release of this version and goes to .local\bin in your home. It writes one file.
param(
    [string]$From = '@RELEASE@',
    [string]$To = (Join-Path $HOME '.local\bin')
)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'

function Get-ReleaseFile([string]$Name, [string]$Folder) {
    $path = Join-Path $Folder $Name
    if ($From -match '^https?://') {
        Invoke-WebRequest -UseBasicParsing -Uri "$($From.TrimEnd('/'))/$Name" -OutFile $path
    } else {
        Copy-Item -LiteralPath (Join-Path $From $Name) -Destination $path
    }
    $path
}

function Install-Toolcoach {
    if (-not $From) {
        throw 'this version has no published release; name a folder with its archives: -From FOLDER'
    }
    $folder = 'toolcoach-@VERSION@-@WINDOWS@'
    $scratch = Join-Path ([IO.Path]::GetTempPath()) ([IO.Path]::GetRandomFileName())
    New-Item -ItemType Directory -Path $scratch | Out-Null
    try {
        $sums = Get-ReleaseFile 'SHA256SUMS' $scratch
        $archive = Get-ReleaseFile "$folder.zip" $scratch
        $line = Get-Content -LiteralPath $sums | Where-Object { $_ -match "^[0-9a-f]{64}  $([regex]::Escape("$folder.zip"))$" }
        if (-not $line) {
            throw "SHA256SUMS does not list $folder.zip"
        }
        if ((Get-FileHash -LiteralPath $archive -Algorithm SHA256).Hash -ne $line.Substring(0, 64)) {
            throw "the checksum of $folder.zip is wrong; nothing was installed"
        }
        Expand-Archive -LiteralPath $archive -DestinationPath $scratch
        New-Item -ItemType Directory -Force -Path $To | Out-Null
        $program = Join-Path $To 'toolcoach.exe'
        # Windows lets a program that runs be renamed, but not be replaced.
        if (Test-Path -LiteralPath $program) {
            Move-Item -Force -LiteralPath $program -Destination "$program.old"
        }
        Move-Item -LiteralPath (Join-Path $scratch "$folder\toolcoach.exe") -Destination $program
        Remove-Item -Force -ErrorAction SilentlyContinue -LiteralPath "$program.old"
    } finally {
        Remove-Item -Recurse -Force -LiteralPath $scratch
    }
    "$program`: $(& $program --version)"
    if (($env:PATH -split ';') -notcontains $To) {
        "$To is not on PATH"
    }
    "To register it with your agents:  & '$program' install"
    "To remove it:                     & '$program' uninstall --purge; Remove-Item '$program'"
}

Install-Toolcoach
