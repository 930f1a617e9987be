function (map, settings) {
  var texts = settings.texts;
  map.attributionControl.setPrefix(false);
  L.control.zoom({ zoomInTitle: texts.zoom_in, zoomOutTitle: texts.zoom_out }).addTo(map);
  L.control.scale({ imperial: false, position: "bottomright" }).addTo(map);

  function fit() {
    map.invalidateSize();
    map.fitBounds(settings.bounds, { animate: false });
  }
  fit();
  if (map.getSize().x === 0) { window.addEventListener("resize", fit, { once: true }); }
  map.on("focus", function () { map.scrollWheelZoom.enable(); });
  map.on("blur", function () { map.scrollWheelZoom.disable(); });

  var online = L.control({ position: "bottomleft" });
  online.onAdd = function () {
    var tiles = null;
    var button = L.DomUtil.create("button", "online");
    button.type = "button";
    button.textContent = texts.online;
    button.setAttribute("aria-pressed", "false");
    L.DomEvent.disableClickPropagation(button);
    button.addEventListener("click", function () {
      if (tiles) {
        tiles.remove();
        tiles = null;
      } else {
        tiles = L.tileLayer("https://tile.openstreetmap.org/{z}/{x}/{y}.png", {
          attribution: texts.attribution, maxZoom: 19
        }).addTo(map);
      }
      button.textContent = tiles ? texts.offline : texts.online;
      button.setAttribute("aria-pressed", String(tiles !== null));
    });
    return button;
  };
  online.addTo(map);
}
