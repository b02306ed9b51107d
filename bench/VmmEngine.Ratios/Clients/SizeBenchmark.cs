namespace VmmEngine.Ratios.Clients;

/// <summary>How large the library's file is.</summary>
internal sealed class SizeBenchmark(string name, string description, double boundBytes) : ClientBenchmark(name, description, target: 1)
{
    private protected override RatioResult Measure(NativeInstallation installation, RatioOptions options)
    {
        string file = File.ResolveLinkTarget(installation.Library, returnFinalTarget: true)?.FullName ?? installation.Library;
        return Against(new FileInfo(file).Length, boundBytes, "bytes, not nanoseconds");
    }
}
