using Xunit;

namespace VmmEngine.Packaging.Tests;

/// <summary>A test that compiles ahead of time, which needs a C compiler to link with; visibly skipped without one.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NativeLinkerFactAttribute : FactAttribute
{
    public NativeLinkerFactAttribute()
    {
        string[] folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        if (!folders.Any(folder => File.Exists(Path.Combine(folder, "gcc")) || File.Exists(Path.Combine(folder, "clang"))))
        {
            Skip = "There is neither gcc nor clang on the search path to link with: install Debian's package gcc.";
        }
    }
}
