dotnet build src/VmmEngine.Cli -c Release -v q --nologo -p:RunAnalyzers=false -m:1 2>&1 | grep -E "error|warn" | sed 's/\[.*//' | sort -u | head -40
