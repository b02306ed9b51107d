using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using VmmEngine.FreeBsd;
using VmmEngine.OpenBsd;

namespace VmmEngine.Native.Files;

/// <summary>A thread's own way into a device, which rents nothing for a command. The C part keeps it for the thread, as a number.</summary>
internal sealed unsafe class ThreadWay
{
    private readonly VmCaller? _freeBsd;
    private readonly DeviceCaller? _openBsd;

    private ThreadWay(VmCaller? freeBsd, DeviceCaller? openBsd)
    {
        _freeBsd = freeBsd;
        _openBsd = openBsd;
    }

    /// <summary>Opens a way.</summary>
    /// <returns>Its number; 0 for a device that has none.</returns>
    public static nint TryOpen(OpenFile file)
    {
        ThreadWay? way = file.Handle switch
        {
            VmHandle vm => new ThreadWay(vm.CreateCaller(), null),
            VmmHandle device => new ThreadWay(null, device.CreateCaller()),
            _ => null,
        };
        return way is null ? 0 : GCHandle.ToIntPtr(GCHandle.Alloc(way));
    }

    /// <summary>The way with a number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ThreadWay Of(nint way) =>
        Unsafe.As<ThreadWay>(GCHandle.FromIntPtr(way).Target)!; // SAFETY: TryOpen made the number, and nobody gives it back while its thread is here

    /// <summary>Gives a way back: its number means nothing any more.</summary>
    public static void GiveBack(nint way)
    {
        ThreadWay ended = Of(way);
        GCHandle.FromIntPtr(way).Free();
        ended._freeBsd?.Dispose();
        ended._openBsd?.Dispose();
    }

    /// <summary>Carries out a command.</summary>
    /// <returns>0 or an errno of the device's system.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Ioctl(uint command, void* argument) =>
        _freeBsd is { } vm ? vm.Ioctl(command, argument) : _openBsd!.Ioctl(command, argument);
}
