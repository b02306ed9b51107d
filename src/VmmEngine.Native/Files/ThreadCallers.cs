using VmmEngine.Devices;
using VmmEngine.FreeBsd;
using VmmEngine.OpenBsd;

namespace VmmEngine.Native.Files;

/// <summary>The ways into devices that a thread keeps, so that a command rents nothing.</summary>
internal static unsafe class ThreadCallers
{
    /// <summary>A power of two. A thread that uses more devices in turn rents anew at each change.</summary>
    private const int Kept = 8;

    [ThreadStatic]
    private static Way[]? _ways;

    /// <summary>Carries out a command.</summary>
    /// <returns>0 or an errno of the device's system.</returns>
    public static int Ioctl(int descriptor, OpenFile file, uint command, void* argument)
    {
        Way[]? ways = _ways;
        if (ways is not null)
        {
            ref Way way = ref ways[descriptor & (Kept - 1)];
            if (way.File == file)
            {
                return way.FreeBsd is { } vm ? vm.Ioctl(command, argument) : way.OpenBsd!.Ioctl(command, argument);
            }
        }

        return IoctlSlowly(descriptor, file, command, argument);
    }

    /// <summary>Gives back what the calling thread keeps: it ends.</summary>
    public static void GiveBack()
    {
        foreach (Way way in _ways ?? [])
        {
            way.GiveBack();
        }

        _ways = null;
    }

    private static int IoctlSlowly(int descriptor, OpenFile file, uint command, void* argument)
    {
        Way way = new(file);
        if (way.File is null)
        {
            int error = file.Handle.Ioctl(command, argument);
            DeviceNodes.Explain(error);
            return error;
        }

        ref Way place = ref (_ways ??= new Way[Kept])[descriptor & (Kept - 1)];
        place.GiveBack();
        place = way;
        return Ioctl(descriptor, file, command, argument);
    }

    /// <summary>One way into one device; none if the device knows no faster one than its handle.</summary>
    private readonly struct Way
    {
        public Way(OpenFile file)
        {
            FreeBsd = (file.Handle as VmHandle)?.CreateCaller();
            OpenBsd = (file.Handle as VmmHandle)?.CreateCaller();
            File = FreeBsd is null && OpenBsd is null ? null : file;
        }

        public OpenFile? File { get; }

        public VmCaller? FreeBsd { get; }

        public DeviceCaller? OpenBsd { get; }

        public void GiveBack()
        {
            FreeBsd?.Dispose();
            OpenBsd?.Dispose();
        }
    }
}
