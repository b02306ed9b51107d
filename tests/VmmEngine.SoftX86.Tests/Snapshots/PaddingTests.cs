using System.Reflection;
using System.Runtime.CompilerServices;
using VmmEngine.Backends;
using Xunit;

namespace VmmEngine.SoftX86.Tests.Snapshots;

/// <summary>
/// What a snapshot holds byte for byte has no padding: its bytes would be whatever was on a stack, so that equal vCPUs had unequal files, and a file told where the
/// process that wrote it had its memory.
/// </summary>
public sealed class PaddingTests
{
    /// <summary>Every struct that <see cref="VcpuImage"/> writes as it is.</summary>
    [Theory]
    [InlineData(typeof(CpuRegisters))]
    [InlineData(typeof(FpuState))]
    [InlineData(typeof(MtrrFile))]
    [InlineData(typeof(PendingException))]
    public void EveryByteOfASavedStructBelongsToAField(Type type) => Assert.Equal(Size(type), FieldBytes(type));

    /// <summary>The sum sees padding where there is some.</summary>
    [Fact]
    public void PaddingIsSeen()
    {
        Assert.Equal(24, Size(typeof(Padded)));
        Assert.Equal(11, FieldBytes(typeof(Padded)));
    }

    private static int FieldBytes(Type type) => type.IsPrimitive || type.IsEnum
        ? Size(type)
        : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Sum(field =>
            field.GetCustomAttribute<FixedBufferAttribute>() is { } buffer ? buffer.Length * Size(buffer.ElementType) : FieldBytes(field.FieldType));

    private static int Size(Type type) => (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    private readonly record struct Padded(ushort First, ulong Second, byte Third);
}
