namespace VmmEngine.Machines.Tests;

/// <summary>A test that needs Debian's SeaBIOS image, and a back end; visibly skipped where either is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OnFirmwareAttribute : OnBackendAttribute
{
    /// <summary>Where the package puts the image.</summary>
    public const string Image = "/usr/share/seabios/bios.bin";

    public OnFirmwareAttribute(BackendChoice backend)
        : base(backend)
    {
        if (!File.Exists(Image))
        {
            Skip = $"There is no {Image}: install Debian's package seabios.";
        }
    }
}
