using VmmEngine.Kvm;

namespace VmmEngine.SoftX86.Tests.Lockstep;

/// <summary>A test that needs Debian's SeaBIOS image and KVM; visibly skipped where either is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class OnFirmwareAttribute : FactAttribute
{
    /// <summary>Where the package puts the image.</summary>
    public const string Image = "/usr/share/seabios/bios.bin";

    public OnFirmwareAttribute() =>
        Skip = File.Exists(Image) ? new KvmBackendFactory().Unavailable() : $"There is no {Image}: install Debian's package seabios.";
}
